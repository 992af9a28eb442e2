/** Light and dark of each colour: what the page has, in a document that brings all of it along. */
type Colour = readonly [name: string, light: string, dark: string]

const COLOURS: readonly Colour[] = [
  ['paper', '#ffffff', '#171b21'],
  ['well', '#f7f9fb', '#1b2027'],
  ['ink', '#1b222b', '#e2e7ed'],
  ['soft', '#566270', '#9aa5b2'],
  ['line', '#e2e7ec', '#2a313a'],
  ['accent', '#0a62a6', '#7fc1f5'],
  ['warn', '#8a5a00', '#e3bf6b'],
  ['bad', '#b3261e', '#f59b93'],
  ['bad-wash', '#fdf1f0', '#2b1d1e'],
]

/** Of source, by the highlighter's names. */
const TOKENS: readonly Colour[] = [
  ['keyword', '#8a2f86', '#d79ad3'],
  ['string', '#1c6b3c', '#8fd3a4'],
  ['number', '#9a4a00', '#eeb07a'],
  ['comment', '#616e7b', '#8390a0'],
  ['type', '#066a72', '#71c9d1'],
  ['function', '#0a5fa5', '#8cc3f4'],
]

/** Of printed text, by those of terminals. */
const TERMINAL: readonly Colour[] = [
  ['black', '#1b222b', '#77828f'],
  ['red', '#b3261e', '#f28b82'],
  ['green', '#1c6b3c', '#83cf9c'],
  ['yellow', '#7d5700', '#e3bf6b'],
  ['blue', '#0a5fa5', '#7fb8f0'],
  ['magenta', '#8a2f86', '#d79ad3'],
  ['cyan', '#066a72', '#71c9d1'],
  ['white', '#6a7683', '#c5cdd6'],
  ['bright-black', '#566270', '#8793a0'],
  ['bright-red', '#c8372d', '#ffaba4'],
  ['bright-green', '#237f48', '#a3e3b8'],
  ['bright-yellow', '#8f6500', '#f2d68f'],
  ['bright-blue', '#1271bf', '#a5d0fa'],
  ['bright-magenta', '#a03a9b', '#e8b9e5'],
  ['bright-cyan', '#0a7b85', '#97dfe6'],
  ['bright-white', '#39434f', '#ffffff'],
]

const ALL: readonly Colour[] = [
  ...COLOURS,
  ...TOKENS.map(([name, ...colours]): Colour => [`tok-${name}`, ...colours]),
  ...TERMINAL.map(([name, ...colours]): Colour => [`ansi-${name}`, ...colours]),
]

function properties(pick: (colour: Colour) => string): string {
  return ALL.map((colour) => `--${colour[0]}: ${pick(colour)};`).join(' ')
}

/** The style sheet of an exported document. */
export const DOCUMENT_STYLE = `
:root { color-scheme: light dark; ${properties(([, light]) => light)} }
@media (prefers-color-scheme: dark) { :root { ${properties(([, , dark]) => dark)} } }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.6 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif }
main { max-width: 960px; margin: 0 auto; padding: 32px 20px 64px }
section { margin: 0 0 18px }
pre { margin: 0; overflow-x: auto; font: 13px/1.55 ui-monospace, 'SF Mono', Menlo, Consolas, monospace; white-space: pre-wrap; overflow-wrap: anywhere }
pre.table { white-space: pre; overflow-wrap: normal }
code { font: 0.9em ui-monospace, 'SF Mono', Menlo, Consolas, monospace }
.source { padding: 10px 14px; border: 1px solid var(--line); border-radius: 8px; background: var(--well) }
.label { margin: 0 0 3px; color: var(--soft); font-size: 12px }
.output { padding: 8px 14px 0; overflow-x: auto }
.output.error { margin-top: 8px; padding: 8px 14px; border-radius: 8px; background: var(--bad-wash) }
.output.stderr { margin-left: 14px; padding-left: 10px; border-left: 2px solid var(--warn) }
.note, caption { margin: 4px 0; color: var(--soft); font-size: 13px; text-align: left }
img { max-width: 100%; height: auto }
iframe { display: block; width: 100%; border: 0; resize: vertical }
table { border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums }
th, td { padding: 4px 20px 4px 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top }
th { color: var(--soft); font-weight: 600 }
.number { text-align: right }
.null { color: var(--soft); font-style: italic }
.prose a { color: var(--accent) }
.prose blockquote { margin: 0; padding-left: 14px; border-left: 3px solid var(--line); color: var(--soft) }
.prose table, .prose pre { margin: 0 0 16px }
.prose math[display='block'] { margin: 0 0 16px }
.prose table { display: block; max-width: 100%; overflow-x: auto }
.prose pre { padding: 10px 14px; border-radius: 8px; background: var(--well) }
summary { color: var(--soft); font-size: 13px; cursor: pointer }
.tok-comment, .tok-emphasis, .ansi-italic { font-style: italic }
.tok-heading, .tok-strong, .ansi-bold { font-weight: 700 }
.tok-link { color: var(--accent) }
.tok-meta { color: var(--soft) }
.ansi-dim { opacity: 0.7 }
.ansi-underline { text-decoration: underline }
.ansi-strikethrough { text-decoration: line-through }
.ansi-reverse { background: var(--ink); color: var(--paper) }
${TOKENS.map(([name]) => `.tok-${name} { color: var(--tok-${name}) }`).join('\n')}
${TERMINAL.map(([name]) => `.ansi-${name}-fg { color: var(--ansi-${name}) }`).join('\n')}
${TERMINAL.map(([name]) => `.ansi-${name}-bg { background: color-mix(in srgb, var(--ansi-${name}) 25%, var(--paper)) }`).join('\n')}
@media print { main { max-width: none; padding: 0 } pre.table { white-space: pre-wrap; overflow-wrap: anywhere } section { break-inside: avoid-page } }
`
