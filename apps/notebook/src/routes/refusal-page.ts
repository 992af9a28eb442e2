import { escapeHtml } from '../formats/html/markup.ts'

/** What a refusal says, in the words of its error. */
export interface Refusal {
  readonly message: string
  readonly hint: string | undefined
  readonly code: string
}

/** A browser that opens an address says that it reads pages; scripts, and `fetch` in our page, do not. */
export function readsPages(accept: string | undefined): boolean {
  return /\btext\/html\b/i.test(accept ?? '')
}

/** A refusal for whoever has opened an address in a browser: what happened and what to do, light or dark, no scripts. */
export function printRefusal({ message, hint, code }: Refusal): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(message)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escapeHtml(message)}</h1>
${hint === undefined ? '' : `<p>${escapeHtml(hint)}.</p>\n`}<p class="code">${escapeHtml(code)}</p>
</main>
</body>
</html>
`
}

const STYLE = `
:root { color-scheme: light dark; --ink: #1b222b; --soft: #566270; --paper: #f7f9fb; --card: #fff; --line: #e2e7ec }
@media (prefers-color-scheme: dark) { :root { --ink: #e2e7ed; --soft: #9aa5b2; --paper: #171b21; --card: #1b2027; --line: #2a313a } }
* { box-sizing: border-box }
body { display: grid; place-items: center; min-height: 100vh; margin: 0; padding: 24px; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif }
main { width: 100%; max-width: 440px; padding: 32px; border: 1px solid var(--line); border-radius: 12px; background: var(--card); overflow-wrap: break-word }
h1 { margin: 0 0 12px; font-size: 21px; line-height: 1.3; font-weight: 600 }
p { margin: 0 0 16px }
.code { margin: 0; color: var(--soft); font: 13px ui-monospace, 'SF Mono', Menlo, Consolas, monospace }
`
