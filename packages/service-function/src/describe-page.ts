import { hash } from 'node:crypto'
import { printCard } from './describe-page-card.ts'
import { SCRIPT } from './describe-page-script.ts'
import { STYLE } from './describe-page-style.ts'
import { curlCommands } from './curl-commands.ts'
import type { ServiceFunction } from './define-service-function.ts'
import { escapeHtml } from './escape-html.ts'
import { type OpenApiOptions, withDefaults } from './openapi-document.ts'

export interface DescribePageOptions extends OpenApiOptions {
  /** Where the same stands for programs. */
  readonly documentPath: string
}

/** What the page may do: show itself, run its own script, and ask the service that it came from. */
export const DESCRIBE_PAGE_POLICY: string = [
  "default-src 'none'",
  `script-src '${digest(SCRIPT)}'`,
  `style-src '${digest(STYLE)}'`,
  "connect-src 'self'",
  'img-src data:', // the empty icon, without which browsers ask for /favicon.ico
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/**
 * The page that describes functions to a person: a card for each, with a form that calls it. All of it is made once;
 * what comes back adds the commands for the address that the reader came by, `http://localhost:9090`.
 */
export function describePage(
  functions: readonly ServiceFunction[],
  { documentPath, ...options }: DescribePageOptions,
): (origin: string) => string {
  const { title, service, endpoint } = withDefaults(options)
  const head = printHead(title, functions, documentPath)
  const cards = functions.map((definition, index) => ({
    definition,
    ...printCard(definition, {
      id: cardId(index),
      service,
      endpoint,
      isPlaceholder: options.service === undefined || options.endpoint === undefined,
    }),
  }))
  return (origin) =>
    [
      head,
      ...cards.map(({ definition, untilCommands, fromCommands }) => {
        const commands = curlCommands(definition, origin).join('\n\n')
        return untilCommands + escapeHtml(commands) + fromCommands
      }),
      FOOT,
    ].join('')
}

function printHead(
  title: string,
  functions: readonly ServiceFunction[],
  documentPath: string,
): string {
  const count =
    functions.length === 1 ? 'One service function' : `${functions.length} service functions`
  const links = functions.map(
    ({ name }, index) => `<li><a href="#${cardId(index)}">${escapeHtml(name)}</a></li>`,
  )
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>${escapeHtml(title)}</h1>
<p>${count} that Snowflake calls with batches of rows. For programs: <a href="${escapeHtml(documentPath)}">OpenAPI</a>.</p>
${functions.length < 2 ? '' : `<nav aria-label="Functions"><ul>${links.join('')}</ul></nav>`}
</header>
<main>
`
}

const FOOT = `</main>
<script>${SCRIPT}</script>
</body>
</html>
`

function cardId(index: number): string {
  return `function-${index + 1}`
}

function digest(text: string): string {
  return `sha256-${hash('sha256', text, 'base64')}`
}
