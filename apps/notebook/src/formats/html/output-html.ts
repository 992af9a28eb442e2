import { splitTables } from '../../../web/outputs/printed-tables.ts'
import { foldPrintedLines, type StyledText, styleLines } from '../../../web/outputs/printed-text.ts'
import type { Output } from '../../notebook/notebook.ts'
import { staticOutput, type StaticOutput } from '../static-output.ts'
import { markdownHtml } from './markdown-html.ts'
import { Markup } from './markup.ts'

/** One output of a cell, as far as it can be shown without a script. */
export function outputHtml(output: Output): Markup {
  switch (output.type) {
    case 'stream': {
      const left = `${output.omitted} more characters were printed.`
      const printed = printedHtml(output.text)
      if (output.omitted === 0) return box(`stream ${output.name}`, printed)
      return box(`stream ${output.name}`, printed, Markup.element('p', { class: 'note' }, left))
    }
    case 'error':
      return box(
        'error',
        printedHtml(output.traceback.join('\n') || `${output.name}: ${output.message}`),
      )
    case 'display':
    case 'result':
      return box('value', valueHtml(staticOutput(output.data, output.metadata)))
  }
}

function box(kind: string, ...children: readonly Markup[]): Markup {
  return Markup.element('div', { class: `output ${kind}` }, ...children)
}

/** Between blocks. Folded text has none of these: they are among what it loses. */
const BLOCK_END = '\x1e'

/** Text with the colours of a terminal; its tables stand apart, for they scroll. */
function printedHtml(text: string): Markup {
  const lines = foldPrintedLines(text)
  if (lines.at(-1) === '') lines.pop()
  const blocks = splitTables(lines)
  const texts = blocks.map((block) => block.lines.join('\n'))
  const pieces: (Markup | string)[][] = [[]]
  // At once: a colour goes on from one block to the next.
  for (const styled of styleLines([texts.join(BLOCK_END)], [])) {
    for (const [at, part] of styled.text.split(BLOCK_END).entries()) {
      if (at > 0) pieces.push([])
      if (part !== '') pieces.at(-1)?.push(pieceHtml(styled, part))
    }
  }
  return Markup.all(
    pieces.map((each, at) =>
      Markup.element('pre', { class: blocks[at]?.isTable ? 'table' : undefined }, ...each),
    ),
  )
}

function pieceHtml({ className, color, background }: StyledText, text: string): Markup | string {
  const style = [
    ...(color === undefined ? [] : [`color: ${color}`]),
    ...(background === undefined ? [] : [`background: ${background}`]),
  ].join('; ')
  if (className === '' && style === '') return text
  const attributes = {
    class: className === '' ? undefined : className,
    style: style === '' ? undefined : style,
  }
  return Markup.element('span', attributes, text)
}

function valueHtml(value: StaticOutput): Markup {
  switch (value.kind) {
    case 'rows':
      return rowsHtml(value.bundle)
    case 'image': {
      const { address, width, height } = value
      return Markup.element('img', { src: address, alt: 'Output', width, height })
    }
    case 'html':
      return frameHtml(value.text)
    case 'markdown':
      return Markup.element('div', { class: 'prose' }, markdownHtml(value.text))
    case 'text':
      return printedHtml(value.text)
    case 'json': {
      const text = JSON.stringify(value.value, null, 2)
      const summary = Markup.element('summary', {}, value.mime)
      return Markup.element('details', {}, summary, Markup.element('pre', {}, text))
    }
    case 'none':
      return Markup.element('p', { class: 'note' }, `Not shown: ${value.mimes.join(', ')}`)
  }
}

const FRAME_STYLE = `<style>
:root { color-scheme: light dark }
body { margin: 0; font: 14px/1.5 system-ui, sans-serif }
table { border-collapse: collapse; font-size: 13px }
th, td { padding: 4px 20px 4px 0; text-align: left; vertical-align: top }
</style>`

/** Lines of a frame that cannot tell its height: it has no script, and scrolls. */
const LEAST_LINES = 3
const MOST_LINES = 24

/**
 * HTML of a notebook in a document of its own that has no origin, runs nothing, submits nothing and opens nothing.
 * It has the policy of the document around it: nothing is loaded either.
 */
function frameHtml(text: string): Markup {
  const lines = text.match(/<(?:tr|br|p|li|h\d|div)\b|\n/gi)?.length ?? 0
  const height = Math.min(MOST_LINES, Math.max(LEAST_LINES, lines)) * 26
  return Markup.element('iframe', {
    sandbox: '',
    referrerpolicy: 'no-referrer',
    title: 'Output',
    style: `height: ${height}px`,
    srcdoc: FRAME_STYLE + text,
  })
}

function rowsHtml({
  columns,
  rowCount,
  firstRows,
}: Extract<StaticOutput, { kind: 'rows' }>['bundle']): Markup {
  const numbers = columns.map(({ type }) => type === 'NUMBER' || type === 'FLOAT')
  const cell = (name: 'th' | 'td', at: number, text: string | null): Markup => {
    const kind = text === null ? 'null' : numbers[at] === true ? 'number' : undefined
    return Markup.element(name, { class: kind }, text ?? 'NULL')
  }
  const head = columns.map(({ name }, at) => cell('th', at, name))
  const body = firstRows.map((row) =>
    Markup.element('tr', {}, ...columns.map((_, at) => cell('td', at, row[at] ?? null))),
  )
  const isCut = rowCount > firstRows.length
  const count = isCut ? `The first ${firstRows.length} of ${rowCount} rows` : `${rowCount} rows`
  return Markup.element(
    'table',
    {},
    Markup.element('caption', {}, count),
    Markup.element('thead', {}, Markup.element('tr', {}, ...head)),
    Markup.element('tbody', {}, ...body),
  )
}
