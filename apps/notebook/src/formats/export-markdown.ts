import { stripVTControlCharacters } from 'node:util'
import { foldPrintedLines } from '../../web/outputs/printed-text.ts'
import { isObject } from '../notebook/json-shape.ts'
import type { Cell, JsonObject, Notebook, Output } from '../notebook/notebook.ts'
import type { Steps } from './steps.ts'
import { imageAddress, plainText, staticOutput, type StaticOutput } from './static-output.ts'

/** A notebook as one Markdown document: code and what it printed in fences, rows as tables, images inside. */
export function* exportMarkdown({ cells }: Notebook): Steps<string> {
  const parts: string[] = []
  for (const cell of cells) {
    parts.push(printSource(cell), ...cell.outputs.map(printOutput))
    yield
  }
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

function printSource(cell: Cell): string {
  if (cell.source.trim() === '') return ''
  switch (cell.kind) {
    case 'markdown':
      return withAttachments(cell.source.trim(), cell.attachments)
    case 'typescript':
      return fence('ts', cell.source)
    case 'sql':
      return fence('sql', cell.source)
    case 'raw':
      return fence(cell.language ?? '', cell.source)
  }
}

function printOutput(output: Output): string {
  switch (output.type) {
    case 'stream':
      return fence('text', printed(output.text))
    case 'error':
      return fence(
        'text',
        printed(output.traceback.join('\n') || `${output.name}: ${output.message}`),
      )
    case 'display':
    case 'result':
      return printValue(staticOutput(output.data, output.metadata), output.data)
  }
}

function printValue(value: StaticOutput, data: JsonObject): string {
  switch (value.kind) {
    case 'rows':
      return printRows(value.bundle)
    case 'image':
      return `![Output](${value.address})`
    case 'markdown':
      return value.text.trim()
    case 'text':
      return fence('text', printed(value.text))
    case 'html': {
      // Whoever reads the document must not get the markup of a notebook as its own.
      const plain = plainText(data)
      return plain === undefined ? fence('html', value.text) : fence('text', printed(plain))
    }
    case 'json':
      return fence('json', JSON.stringify(value.value, null, 2))
    case 'none':
      return ''
  }
}

function printRows({
  columns,
  rowCount,
  firstRows,
}: Extract<StaticOutput, { kind: 'rows' }>['bundle']): string {
  if (columns.length === 0) return ''
  const line = (texts: readonly string[]): string => `| ${texts.join(' | ')} |`
  const table = [
    line(columns.map(({ name }) => tableText(name))),
    line(columns.map(() => '---')),
    ...firstRows.map((row) => line(columns.map((_, at) => tableText(row[at] ?? 'NULL')))),
  ].join('\n')
  if (rowCount <= firstRows.length) return table
  return `${table}\n\nThe first ${firstRows.length} of ${rowCount} rows.`
}

/** A text that neither ends its cell nor means anything in Markdown. */
function tableText(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|~$]/g, '\\$&').replace(/\r\n|[\n\r]/g, ' ')
}

function printed(text: string): string {
  return stripVTControlCharacters(foldPrintedLines(text).join('\n')).trimEnd()
}

/** A fence that is longer than any in the text. */
function fence(language: string, text: string): string {
  if (text.trim() === '') return ''
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
  const mark = '`'.repeat(longest + 1)
  return `${mark}${language.replace(/[^\w+#.-]/g, '')}\n${text.replace(/\n$/, '')}\n${mark}`
}

/** Images that the cell brings along go into the document. */
function withAttachments(source: string, attachments: JsonObject = {}): string {
  return source.replace(/\]\(attachment:([^)\s]+)/g, (link, name: string) => {
    const address = attachmentAddress(attachments, name)
    return address === undefined ? link : `](${address}`
  })
}

/** The address of an attached image; undefined when there is none of that name. */
export function attachmentAddress(attachments: JsonObject, name: string): string | undefined {
  const bundle = [name, decoded(name)]
    .map((each) => (Object.hasOwn(attachments, each) ? attachments[each] : undefined))
    .find(isObject)
  const [mime = '', value] = Object.entries(bundle ?? {})[0] ?? []
  const text = Array.isArray(value) ? value.join('') : value
  return mime === 'image/svg+xml' ? undefined : imageAddress(mime, text)
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name // a lone % is a character like any other
  }
}
