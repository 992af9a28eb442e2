import { once } from 'node:events'
import type { ResultSet, Value } from '@spcs/sql'

/** Where results go: stdout, as text for people or as JSON for programs. */
export class Output {
  readonly json: boolean
  readonly #stream: NodeJS.WritableStream
  #isClosed = false

  constructor(json: boolean, stream: NodeJS.WritableStream = process.stdout) {
    this.json = json
    this.#stream = stream
  }

  /** Prints a result: `data` with --json, else `text`. */
  result(data: unknown, text: string): void {
    this.#stream.write(this.json ? `${JSON.stringify(data, replaceBigint, 2)}\n` : `${text}\n`)
  }

  /** Prints one line of many, as fast as they are read; false once nobody reads them any more, as after `| head`. */
  async line(text: string): Promise<boolean> {
    if (this.#stream.listenerCount('error') === 0)
      this.#stream.on('error', (error) => this.#close(error))
    if (!this.#isClosed && !this.#stream.write(`${text}\n`)) {
      await once(this.#stream, 'drain').catch((error: unknown) => this.#close(error))
    }
    return !this.#isClosed
  }

  #close(error: unknown): void {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'EPIPE') throw error
    this.#isClosed = true
  }
}

/** A result as a box of columns, numbers to the right: what a SQL shell shows. */
export function printTable(result: Pick<ResultSet, 'columns' | 'rows'>): string {
  const header = result.columns.map((column) => column.name)
  const rows = result.rows.map((row) => row.map(printValue))
  const widths = header.map((name, index) =>
    Math.max(name.length, ...rows.map((row) => row[index]?.length ?? 0)),
  )
  const isNumber = result.columns.map(
    (column) => column.type === 'NUMBER' || column.type === 'FLOAT',
  )
  const line = (cells: readonly string[]): string =>
    `│ ${cells
      .map((cell, index) =>
        isNumber[index] === true
          ? cell.padStart(widths[index] ?? 0)
          : cell.padEnd(widths[index] ?? 0),
      )
      .join(' │ ')} │`
  const rule = (left: string, middle: string, right: string): string =>
    left + widths.map((width) => '─'.repeat(width + 2)).join(middle) + right
  return [
    rule('┌', '┬', '┐'),
    line(header),
    rule('├', '┼', '┤'),
    ...rows.map(line),
    rule('└', '┴', '┘'),
  ].join('\n')
}

/** Lines of cells under each other, each column as wide as its widest cell. */
export function printColumns(lines: readonly (readonly string[])[]): string {
  const widths: number[] = []
  for (const line of lines) {
    for (const [index, cell] of line.entries()) {
      widths[index] = Math.max(widths[index] ?? 0, cell.length)
    }
  }
  const print = (line: readonly string[]): string =>
    line
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd()
  return lines.map(print).join('\n')
}

/** One value as a SQL shell shows it: NULL in words, a date without its midnight, structures as JSON. */
export function printValue(value: Value): string {
  if (value === null || value === undefined) return 'NULL'
  if (value instanceof Date) return value.toISOString().replace('T00:00:00.000Z', '')
  if (typeof value === 'object') return JSON.stringify(value, replaceBigint)
  return typeof value === 'string' ? value : `${value as number | bigint | boolean}`
}

function replaceBigint(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value
}
