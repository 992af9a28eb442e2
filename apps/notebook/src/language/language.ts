/** Places are UTF-16 offsets in a cell's source. */
export interface CellRange {
  readonly cellId: string
  readonly from: number
  readonly to: number
}

export interface Diagnostic {
  readonly from: number
  readonly to: number
  readonly severity: 'error' | 'warning' | 'info' | 'hint'
  /** `2322` for TS2322. */
  readonly code: string
  readonly message: string
}

/** Markdown. */
export interface Hover {
  readonly from: number
  readonly to: number
  readonly markdown: string
}

export interface Signature {
  readonly signatures: readonly {
    readonly label: string
    /** Where the parameters stand in the label. */
    readonly parameters: readonly { readonly from: number; readonly to: number }[]
    readonly documentation: string
  }[]
  readonly activeSignature: number
  readonly activeParameter: number
}

/** Where a name comes from: another cell, or a file outside of the notebook, which is only shown. */
export type Definition =
  | (CellRange & { readonly kind: 'cell' })
  | { readonly kind: 'file'; readonly path: string; readonly line: number; readonly text: string }

/** Replaces a range of a cell. */
export interface CellEdit extends CellRange {
  readonly text: string
}

/** What is offered at a place, live values and TypeScript's own together. */
export interface LanguageCompletion {
  readonly from: number
  readonly to: number
  readonly items: readonly LanguageCompletionItem[]
}

export interface LanguageCompletionItem {
  readonly label: string
  readonly kind: string
  /** One line: the type. */
  readonly detail?: string | undefined
  /** Lower comes first. */
  readonly sortText?: string | undefined
  /** What is written when it is not the label in place of the word: `?.name` in place of `.` and the word. */
  readonly replace?:
    | { readonly from: number; readonly to: number; readonly text: string }
    | undefined
}

/**
 * TypeScript's language server for one notebook: it sees the TypeScript cells as one program, one file for each cell, in
 * the notebook's order, later declarations taking the place of earlier ones.
 */
export interface LanguageServer extends AsyncDisposable {
  /** The TypeScript cells as they are now, in order; what has not changed costs nothing. */
  update(cells: readonly LanguageCell[]): void
  complete(cellId: string, source: string, offset: number): Promise<LanguageCompletion>
  hover(cellId: string, source: string, offset: number): Promise<Hover | null>
  signature(cellId: string, source: string, offset: number): Promise<Signature | null>
  definition(cellId: string, source: string, offset: number): Promise<readonly Definition[]>
  rename(
    cellId: string,
    source: string,
    offset: number,
    newName: string,
  ): Promise<readonly CellEdit[]>
  onDiagnostics(
    listener: (cellId: string, version: number, diagnostics: readonly Diagnostic[]) => void,
  ): () => void
  close(): Promise<void>
}

export interface LanguageCell {
  readonly id: string
  readonly kind: 'typescript' | 'sql'
  readonly source: string
  readonly version: number
  /** A SQL cell's result variable and its columns, once it has run: its type is known to the cells below. */
  readonly result?:
    | {
        readonly variable: string
        readonly columns: readonly {
          readonly name: string
          readonly type: string
          readonly nullable: boolean
        }[]
        /** Its rows are a LargeResult. */
        readonly isLarge: boolean
      }
    | undefined
}
