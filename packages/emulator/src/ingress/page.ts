/** A page of the platform's own. */
export interface Page {
  readonly title: string
  /** Paragraphs, as text. */
  readonly text: readonly string[]
  /** A statement to copy. */
  readonly code?: string | undefined
  readonly form?: SignInForm | undefined
  readonly link?: { readonly href: string; readonly text: string } | undefined
}

export interface SignInForm {
  /** Where the form is sent. */
  readonly action: string
  /** Where to go after it. */
  readonly returnTo: string
  readonly user: string
  /** Why the last try failed. */
  readonly problem?: string | undefined
}

/** What pages of the platform's own may do: nothing but be read, and send their form to where they came from. */
export const PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

/** The page as HTML: no scripts, light or dark as the reader's system is. */
export function printPage({ title, text, code, form, link }: Page): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escape(title)}</h1>
${text.map((paragraph) => `<p>${breakable(escape(paragraph))}</p>`).join('\n')}
${code === undefined ? '' : `<pre><code>${escape(code)}</code></pre>`}
${form === undefined ? '' : printForm(form)}
${link === undefined ? '' : `<p><a href="${escape(link.href)}">${escape(link.text)}</a></p>`}
</main>
</body>
</html>
`
}

/** The same for a terminal or a program. */
export function printPlainPage({ title, text, code }: Page): string {
  return `${[title, ...text, ...(code === undefined ? [] : [code])].join('\n')}\n`
}

function printForm({ action, returnTo, user, problem }: SignInForm): string {
  // Whoever has given a name already goes on with the password.
  const [atUser, atPassword] = user === '' ? [' autofocus', ''] : ['', ' autofocus']
  const described = problem === undefined ? '' : ' aria-invalid="true" aria-describedby="problem"'
  return `${problem === undefined ? '' : `<p id="problem" role="alert">${escape(problem)}</p>`}
<form method="post" action="${escape(action)}">
<input type="hidden" name="return" value="${escape(returnTo)}">
<label for="user">User</label>
<input id="user" name="user" value="${escape(user)}" autocomplete="username" autocapitalize="none" spellcheck="false" required${atUser}${described}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required${atPassword}${described}>
<button type="submit">Sign in</button>
</form>`
}

const STYLE = `
:root { color-scheme: light dark; --ink: #1c2733; --soft: #55636f; --paper: #f5f7f9; --card: #fff; --line: #c9d2da; --accent: #11567f; --on-accent: #fff; --problem: #a3231b }
@media (prefers-color-scheme: dark) { :root { --ink: #e6ebf0; --soft: #a4b0bb; --paper: #12181e; --card: #1b232b; --line: #3c4955; --accent: #7cc4ee; --on-accent: #0b1a24; --problem: #ff9d94 } }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif }
main { width: 100%; max-width: 26rem; padding: 2rem; background: var(--card); border: 1px solid var(--line); border-radius: 12px }
h1 { margin: 0 0 .75rem; font-size: 1.35rem; line-height: 1.25; font-weight: 600; overflow-wrap: break-word }
main > :last-child { margin-bottom: 0 }
p { margin: 0 0 1rem; color: var(--soft); overflow-wrap: break-word }
[role=alert] { color: var(--problem); font-weight: 600 }
label { display: block; margin: 0 0 .25rem; font-weight: 600 }
input:not([type=hidden]) { width: 100%; margin: 0 0 1rem; padding: .6rem .75rem; font: inherit; color: inherit; background: transparent; border: 1px solid var(--line); border-radius: 8px }
button { width: 100%; padding: .65rem; font: inherit; font-weight: 600; color: var(--on-accent); background: var(--accent); border: 0; border-radius: 8px; cursor: pointer }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
a { color: var(--accent) }
pre { margin: 0 0 1rem; padding: .75rem; border: 1px solid var(--line); border-radius: 8px; white-space: pre-wrap; overflow-wrap: anywhere; font: .875rem/1.5 ui-monospace, monospace }
`

/** A name that is longer than a line breaks between its parts. */
function breakable(markup: string): string {
  return markup.replaceAll(/[\w.]{30,}/g, (name) => name.replaceAll(/[._](?=\w)/g, '$&<wbr>'))
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.codePointAt(0)};`)
}
