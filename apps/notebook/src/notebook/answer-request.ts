import type { Kernel } from '../kernel/kernel.ts'
import type { PageRequest } from '../protocol.ts'
import { NotebookError } from './errors.ts'
import type { Cell } from './notebook.ts'

/** Who knows the answers about one notebook. */
export interface AnswerParts {
  readonly cells: readonly Cell[]
  /** Undefined when none runs. */
  readonly kernel: Kernel | undefined
}

/**
 * Answers a page's question, which changes nothing; without a kernel there is nothing to tell of it.
 *
 * @throws {NotebookError} `OPERATION_REFUSED` for what cannot be answered here.
 */
export async function answerRequest(request: PageRequest, parts: AnswerParts): Promise<unknown> {
  const { kernel } = parts
  switch (request.type) {
    case 'variables':
      return (await kernel?.variables()) ?? []
    case 'inspect-variable':
      return (await kernel?.inspectVariable(request.name, request.path, request.offset)) ?? []
    case 'catalogue':
      return (await kernel?.catalogue()) ?? { database: null, schema: null, tables: [] }
    case 'complete': {
      const { cellId, source, offset } = request
      const kind = parts.cells.find(({ id }) => id === cellId)?.kind
      if (kernel === undefined || (kind !== 'typescript' && kind !== 'sql')) {
        return { from: offset, to: offset, items: [] }
      }
      return await kernel.complete(source, offset, kind)
    }
    case 'hover':
    case 'signature':
    case 'definition':
    case 'rename':
      throw new NotebookError('OPERATION_REFUSED', 'Cannot answer: no language server runs here')
  }
}
