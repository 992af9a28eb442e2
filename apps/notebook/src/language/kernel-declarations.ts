/**
 * What cells find in their global scope besides Node's own, as TypeScript reads it. `var`, because a cell may give each
 * of these names a value of its own.
 */
export const KERNEL_DECLARATIONS = `\
import type { DataFrameSession } from '@spcs/dataframe'
import type { ResultColumn, Value } from '@spcs/sql'

declare global {
  /** The notebook's session at Snowflake; the first statement opens it. */
  var session: DataFrameSession

  /**
   * Runs one statement: \`await sql\\\`SELECT * FROM weather WHERE city = \${city}\\\`\`. Values are bound, never text; a
   * list is bound value by value, and \`identifier()\` is a name.
   */
  var sql: (
    strings: TemplateStringsArray,
    ...values: (Value | Identifier | readonly Value[])[]
  ) => Promise<Record<string, any>[]>

  /**
   * The rows of the SQL cell that was run last. More of them than memory is for are a \`LargeResult\`, which
   * \`for await (const row of _sql)\` reads as well; a result variable of its cell has that type then.
   */
  var _sql: Record<string, any>[]

  /** The rows of a result that is too large for an array: they lie in a file, and are read when they are asked for. */
  interface LargeResult<Row = Record<string, any>> extends AsyncIterable<Row> {
    readonly rowCount: number
    readonly columns: readonly ResultColumn[]
    readonly queryId: string | null
    /** All rows, in memory. */
    toArray(): Promise<Row[]>
  }

  /** A table's or column's name for SQL: \`SELECT * FROM \${identifier(name)}\`. It is quoted, and can be nothing else. */
  var identifier: (name: string, ...more: readonly string[]) => Identifier

  /** A name in SQL, as \`identifier()\` gives it. */
  interface Identifier {
    readonly sql: string
  }

  /** Shows a value below the cell, wherever the cell is. */
  var display: {
    (value: unknown, options?: DisplayOptions): DisplayHandle
    html(text: string, options?: DisplayOptions): DisplayHandle
    markdown(text: string, options?: DisplayOptions): DisplayHandle
    svg(text: string, options?: DisplayOptions): DisplayHandle
    json(value: unknown, options?: DisplayOptions): DisplayHandle
    /** @param image Bytes, or their base64 text. */
    png(image: Uint8Array | string, options?: DisplayOptions): DisplayHandle
    /** Objects as a grid, one a row. */
    table(rows: readonly object[], options?: DisplayOptions): DisplayHandle
    /** A chart of a Vega-Lite specification. */
    vegaLite(specification: object, options?: DisplayOptions): DisplayHandle
    /** Shows something else where a display of this id stands. */
    update(id: string, value: unknown, options?: DisplayOptions): void
    /** Takes away what the cell shows; with \`wait\` when something else is shown. */
    clear(options?: { wait?: boolean }): void
  }

  /** Asks whoever runs the cell for a line of text. */
  var input: {
    (prompt?: string): Promise<string>
    /** What is typed is not shown, and is kept nowhere. */
    password(prompt?: string): Promise<string>
  }

  /** A bar that moves: by hand for a number of steps, by itself as the items are taken. */
  var progress: {
    (total: number, label?: string): Progress
    <Item>(items: Iterable<Item>, label?: string): Iterable<Item>
  }

  interface DisplayOptions {
    readonly id?: string
    readonly metadata?: Readonly<Record<string, unknown>>
  }

  /** The place of a display, to show something else in. */
  interface DisplayHandle {
    readonly id: string
    update(value: unknown): void
  }

  interface Progress {
    advance(by?: number): void
    set(done: number): void
    finish(): void
  }

  namespace JSX {
    type Element = any
    type ElementType = any
    interface IntrinsicElements {
      [tag: string]: any
    }
  }

  // Libraries that draw speak of these; what cells do with them is print them.
  interface Element {
    readonly outerHTML: string
    readonly innerHTML: string
  }
  interface HTMLElement extends Element {}
  interface SVGElement extends Element {}
  interface SVGSVGElement extends SVGElement {}
}
`
