import type { Kernel } from '../kernel/kernel.ts'
import type { StoredResult } from '../results/result-store.ts'
import type { NotebooksInFiles } from './files.ts'
import type { AskedNotebook } from './notebook-socket.ts'
import type { SocketNotebook } from './socket-notebook.ts'

/** What the routes need of the notebooks that are open. */
export interface ServerNotebooks extends NotebooksInFiles {
  /** @throws {CodedError} when there is no such notebook, or it cannot be read. */
  open(asked: AskedNotebook): Promise<SocketNotebook>
  /** The kernel of a notebook, started when there is none, and who may use it: null is everybody. */
  kernel(asked: AskedNotebook): Promise<{ kernel: Kernel; owner: () => string | null }>
  /** The file with all that a cell has printed; undefined when it has printed nothing. */
  wholeOutput(path: string, cell: string): Promise<string | undefined>
  /** @throws {ServerError} `RESULT_GONE` when the notebook shows no result of this id. */
  result(path: string, resultId: string): Promise<StoredResult>
  /** Final saves, and the end of every kernel. */
  close(): Promise<void>
}
