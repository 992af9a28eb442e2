import { createFunctionSql, type CreateFunctionOptions } from './create-function-sql.ts'
import type { ServiceFunction } from './define-service-function.ts'
import { printTryForm } from './describe-page-form.ts'
import { escapeHtml } from './escape-html.ts'
import { printArgumentType, printResultType } from './handler-type.ts'
import { exampleRequest } from './openapi-example.ts'
import { printSignature } from './signature.ts'

export interface CardOptions extends Pick<CreateFunctionOptions, 'service' | 'endpoint'> {
  /** Of the card's element; ids in it begin with it. */
  readonly id: string
  /** Service and endpoint stand for ones that are not known. */
  readonly isPlaceholder: boolean
}

/** A card of the page, cut where the commands stand. */
export interface Card {
  readonly untilCommands: string
  readonly fromCommands: string
}

/** A function's card: what it is called, what it takes and gives, its SQL, how it is called, and a form that does. */
export function printCard(
  definition: ServiceFunction,
  { id, service, endpoint, isPlaceholder }: CardOptions,
): Card {
  const { name, comment, returns, longRunning } = definition
  const signature = `${name} ${printSignature(definition)} RETURNS ${returns.sqlType}`
  return {
    untilCommands: `<article id="${id}" aria-labelledby="${id}-name">
<h2 id="${id}-name">${breakable(name)}</h2>
<p class="signature"><code>${escapeHtml(signature)}</code></p>
${comment === undefined ? '' : `<p>${escapeHtml(comment)}</p>`}
<ul class="flags" aria-label="Properties">${flagsOf(definition)
      .map((flag) => `<li>${escapeHtml(flag)}</li>`)
      .join('')}</ul>
${printTypes(definition)}
<h3>In SQL</h3>
${printCode(createFunctionSql(definition, { service, endpoint }))}
${isPlaceholder ? `<p class="note">Put your own service and endpoint for <code>${escapeHtml(service)}</code> and <code>${escapeHtml(endpoint)}</code>.</p>` : ''}
<h3>By hand</h3>
<pre><code>`,
    fromCommands: `</code></pre>
<div class="pair">
<section><h3>A request</h3>${printCode(printRequest(definition))}</section>
<section><h3>Its answer</h3>${printCode(printAnswer(definition))}</section>
</div>
<p class="note">Each row comes back under its own number, with its result or <code>null</code>.${longRunning ? ' The request is answered 202; the answer comes to the GET.' : ''}</p>
${printTryForm(definition, id)}
</article>
`,
  }
}

function flagsOf(definition: ServiceFunction): readonly string[] {
  const { path, maxBatchRows, nullHandling, vectorized, longRunning, contextHeaders } = definition
  return [
    `POST ${path}`,
    nullHandling === 'called-on-null-input' ? 'called on NULL' : 'NULL in, NULL out',
    maxBatchRows === undefined ? undefined : `at most ${maxBatchRows} rows at once`,
    vectorized ? 'vectorized' : undefined,
    longRunning ? 'long-running' : undefined,
    ...contextHeaders.map((contextFunction) => `needs ${contextFunction}`),
  ].filter((flag) => flag !== undefined)
}

/** The arguments and the result: in SQL, and in the handler. */
function printTypes(definition: ServiceFunction): string {
  const isCalled = definition.nullHandling === 'called-on-null-input'
  const rows = definition.arguments.map(
    ({ name, sqlType, type }) => `<tr>
<th scope="row">${breakable(name)}</th>
<td><code>${escapeHtml(sqlType)}</code></td>
<td><code>${escapeHtml(printArgumentType(definition, type))}</code></td>
<td>${isCalled ? 'is <code>null</code>' : 'answers NULL'}</td>
</tr>`,
  )
  return `<table>
<thead><tr><th scope="col">Argument</th><th scope="col">SQL</th><th scope="col">TypeScript</th><th scope="col">NULL</th></tr></thead>
<tbody>
${rows.join('\n')}
<tr>
<th scope="row" class="result">Result</th>
<td><code>${escapeHtml(definition.returns.sqlType)}</code></td>
<td><code>${escapeHtml(printResultType(definition))}</code></td>
<td>is <code>null</code></td>
</tr>
</tbody>
</table>`
}

/** A batch with a line for each row. */
function printRequest(definition: ServiceFunction): string {
  return printBatch(exampleRequest(definition).data.map((row) => JSON.stringify(row)))
}

/** Its answer, with a type in place of what only the handler could say. */
function printAnswer(definition: ServiceFunction): string {
  const { sqlType } = definition.returns
  return printBatch(exampleRequest(definition).data.map(([row]) => `[${row},${sqlType}]`))
}

function printBatch(rows: readonly string[]): string {
  return `{"data": [\n${rows.map((row) => `  ${row}`).join(',\n')}\n]}`
}

function printCode(text: string): string {
  return `<pre><code>${escapeHtml(text)}</code></pre>`
}

/** A name that is longer than its place breaks behind an underscore. */
function breakable(name: string): string {
  return escapeHtml(name).replaceAll('_', '_<wbr>')
}
