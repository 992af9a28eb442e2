/** The page's style: light or dark as the reader's system is. */
export const STYLE: string = `
:root { color-scheme: light dark; --ink: #1c2733; --soft: #55636f; --paper: #f5f7f9; --card: #fff; --well: #f5f7f9; --line: #c9d2da; --accent: #11567f; --on-accent: #fff; --good: #1c6b3c; --bad: #a3231b }
@media (prefers-color-scheme: dark) { :root { --ink: #e6ebf0; --soft: #a4b0bb; --paper: #12181e; --card: #1b232b; --well: #141b22; --line: #3c4955; --accent: #7cc4ee; --on-accent: #0b1a24; --good: #7fd3a0; --bad: #ff9d94 } }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 56rem; padding: 2rem 1rem 4rem; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: break-word }
h1, h2, h3, p, pre, table, ul { margin: 0 0 .75rem }
h1 { font-size: 1.6rem; line-height: 1.25; font-weight: 600 }
h2 { font-size: 1.25rem; line-height: 1.25; font-weight: 600 }
h3 { margin-top: 1.25rem; margin-bottom: .4rem; font-size: .875rem; font-weight: 600; color: var(--soft) }
header p, .note { color: var(--soft) }
.note { font-size: .875rem }
a { color: var(--accent) }
nav ul, .flags { display: flex; flex-wrap: wrap; gap: .4rem .75rem; padding: 0; list-style: none }
.flags { gap: .4rem }
.flags li { padding: .1rem .6rem; border: 1px solid var(--line); border-radius: 99px; color: var(--soft); font-size: .8125rem }
article { margin: 1.25rem 0 0; padding: 1.5rem; background: var(--card); border: 1px solid var(--line); border-radius: 12px; scroll-margin-top: 1rem }
article > :last-child, section > :last-child, .answer > :last-child { margin-bottom: 0 }
code, pre { font-family: ui-monospace, 'SF Mono', Menlo, Consolas, monospace; font-size: .875rem }
pre code { font-size: inherit }
pre { padding: .75rem; background: var(--well); border: 1px solid var(--line); border-radius: 8px; white-space: pre-wrap; overflow-wrap: anywhere }
.signature { overflow-wrap: anywhere }
table { width: 100%; border-collapse: collapse; font-size: .875rem }
th, td { padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; overflow-wrap: anywhere }
thead th { color: var(--soft); font-weight: 400 }
tbody th { font-weight: 600 }
.result { color: var(--soft) }
td code { font-size: .8125rem }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(16rem, 1fr)); gap: 0 1rem; margin-bottom: .75rem }
form { margin-top: 1.5rem; padding-top: .25rem; border-top: 1px solid var(--line) }
[hidden] { display: none }
.field { display: grid; grid-template-columns: 1fr auto; gap: .25rem 1rem; align-items: center; margin: 0 0 .75rem }
.field > label:first-child { grid-column: 1 / -1; font-weight: 600 }
.field > label code { font-weight: 400; color: var(--soft) }
.field > :nth-child(2):last-child { grid-column: 1 / -1 }
.null { display: flex; gap: .4rem; align-items: center; font-size: .875rem }
.null input { accent-color: var(--accent) }
input:not([type]), select, textarea { display: block; width: 100%; margin: 0; padding: .5rem .7rem; font: inherit; color: inherit; background: var(--well); border: 1px solid var(--line); border-radius: 8px; resize: vertical }
[aria-invalid] { border-color: var(--bad) }
:disabled { opacity: .5 }
button { padding: .55rem 1.1rem; font: inherit; font-weight: 600; color: var(--on-accent); background: var(--accent); border: 0; border-radius: 8px; cursor: pointer }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
.answer:not(:empty) { margin-top: 1rem }
.good, .bad { margin-bottom: .4rem; font-weight: 600 }
.good { color: var(--good) }
.bad { color: var(--bad) }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
@media (max-width: 34rem) {
body { padding: 1rem .75rem 3rem }
article { padding: 1rem }
thead { position: absolute; clip-path: inset(50%) }
tbody tr { display: grid; grid-template-columns: auto 1fr auto; gap: 0 1rem; padding: .4rem 0; border-bottom: 1px solid var(--line) }
tbody th, tbody td { padding: 0; border: 0 }
tbody th { grid-column: 1 / -1 }
tbody td:last-child::before { content: 'NULL ' }
}
`
