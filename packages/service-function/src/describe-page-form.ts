import type { DataType } from '@spcs/sql'
import type { ServiceFunction } from './define-service-function.ts'
import { escapeHtml } from './escape-html.ts'
import { BATCH_ID_HEADER, contextHeader } from './headers.ts'
import { exampleContextValue, exampleRequest } from './openapi-example.ts'

/** What a field's text becomes in JSON. */
type FieldKind = 'number' | 'text' | 'boolean' | 'json'

/**
 * The form that posts one row to a function. It is shown by the page's script, which it tells by attributes where to post
 * and what each field holds.
 */
export function printTryForm(definition: ServiceFunction, cardId: string): string {
  const { name, path, longRunning } = definition
  const [row] = exampleRequest(definition).data
  const fields = definition.arguments.map((argument, index) =>
    printArgumentField(argument, row?.[index + 1], `${cardId}-argument-${index + 1}`),
  )
  const headers = definition.contextHeaders.map(
    (contextFunction, index) => `<div class="field">
<label for="${cardId}-context-${index + 1}">${contextFunction}</label>
<input id="${cardId}-context-${index + 1}" data-header="${contextHeader(contextFunction)}" value="${escapeHtml(exampleContextValue(contextFunction))}" autocomplete="off" spellcheck="false">
</div>`,
  )
  return `<form data-path="${escapeHtml(path)}"${longRunning ? ` data-batch-header="${BATCH_ID_HEADER}"` : ''} aria-label="Try ${escapeHtml(name)}" hidden>
<h3>Try it</h3>
${[...fields, ...headers].join('\n')}
<button type="submit">Send one row</button>
<div class="answer" role="status"></div>
</form>`
}

function printArgumentField(
  { name, sqlType, type }: ServiceFunction['arguments'][number],
  example: unknown,
  id: string,
): string {
  const kind = kindOf(type)
  const text = typeof example === 'string' ? example : JSON.stringify(example)
  const attributes = `id="${id}" data-kind="${kind}" autocomplete="off" spellcheck="false"`
  return `<div class="field">
<label for="${id}">${escapeHtml(name)} <code>${escapeHtml(sqlType)}</code></label>
${printInput(kind, attributes, escapeHtml(text))}
<label class="null"><input type="checkbox"> NULL<span class="unseen"> for ${escapeHtml(name)}</span></label>
</div>`
}

function printInput(kind: FieldKind, attributes: string, text: string): string {
  switch (kind) {
    case 'boolean':
      return `<select ${attributes}><option>true</option><option>false</option></select>`
    case 'number':
      return `<input ${attributes} value="${text}">`
    case 'text':
    case 'json':
      return `<textarea ${attributes} rows="${kind === 'json' ? 3 : 1}">${text}</textarea>`
  }
}

function kindOf({ kind }: DataType): FieldKind {
  switch (kind) {
    case 'NUMBER':
    case 'FLOAT':
      return 'number'
    case 'BOOLEAN':
      return 'boolean'
    case 'VARIANT':
    case 'OBJECT':
    case 'ARRAY':
      return 'json'
    default:
      return 'text'
  }
}
