import { MOST_CELLS } from './client-operation.ts'
import { NotebookError } from './errors.ts'
import type { NotebookClient } from './notebook-kernel.ts'
import type { ClientOperation, NotebookState } from './operations.ts'

/** Whether a client may run, interrupt and answer: with caller's rights a kernel is that of the user who started it. */
export function mayRun(
  { kernelOwner }: NotebookState,
  { user }: NotebookClient,
  hasCallersRights: boolean,
): boolean {
  return !hasCallersRights || kernelOwner === null || kernelOwner === user
}

/** The error of a client that may not run. */
export function notTheirKernel({ kernelOwner }: NotebookState): NotebookError {
  return new NotebookError(
    'KERNEL_OF_ANOTHER_USER',
    `Cannot run: the kernel belongs to "${kernelOwner ?? ''}" and works with their rights`,
    { hint: 'Ask them to shut the kernel down, or copy the notebook' },
  )
}

/**
 * @param canRun Whether the client may run, interrupt and answer.
 * @throws {NotebookError} `KERNEL_OF_ANOTHER_USER`, `OPERATION_REFUSED`
 */
export function checkAllowed(
  operation: ClientOperation,
  state: NotebookState,
  canRun: boolean,
): void {
  const { length } = state.notebook.cells
  switch (operation.type) {
    case 'run-cells':
    case 'interrupt':
    case 'restart':
    case 'shut-down':
    case 'kill':
    case 'answer-input':
    case 'use':
      if (canRun) break
      throw notTheirKernel(state)
    case 'insert-cell':
      if (length < MOST_CELLS) break
      throw new NotebookError('OPERATION_REFUSED', `Cannot insert cell: there are ${MOST_CELLS}`)
    case 'insert-cells':
      if (length + operation.cells.length <= MOST_CELLS) break
      throw new NotebookError(
        'OPERATION_REFUSED',
        `Cannot insert ${operation.cells.length} cells: a notebook has ${MOST_CELLS} at most`,
      )
    case 'delete-cell':
    case 'restore-cell':
    case 'move-cells':
    case 'set-cell-kind':
    case 'change-source':
    case 'set-cell-metadata':
    case 'set-attachments':
    case 'clear-outputs':
    case 'save':
      break
  }
}
