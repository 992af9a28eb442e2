import type {
  CellEdit,
  Definition,
  Hover,
  LanguageCompletion,
  Signature,
} from '../../src/language/language.ts'
import type { PageRequest } from '../../src/protocol.ts'
import { RequestError } from '../connection/notebook-socket.ts'
import type { OpenNotebook } from '../notebook/open-notebook.ts'

/** A place in a cell, with the text that its reader sees. */
export interface Place {
  readonly cellId: string
  readonly source: string
  readonly offset: number
}

type Asked = Extract<
  PageRequest,
  { type: 'complete' | 'hover' | 'signature' | 'definition' | 'rename' }
>

/** What the language server says of cells. Help that nobody asked for is not there where it fails; what was asked for fails. */
export class LanguageClient {
  readonly #notebook: OpenNotebook
  #hasToldProblem = false

  constructor(notebook: OpenNotebook) {
    this.#notebook = notebook
  }

  async complete(place: Place): Promise<LanguageCompletion | null> {
    return await this.#quietly({ type: 'complete', ...place }, ['items'])
  }

  async hover(place: Place): Promise<Hover | null> {
    return await this.#quietly({ type: 'hover', ...place }, ['markdown'])
  }

  async signature(place: Place): Promise<Signature | null> {
    return await this.#quietly({ type: 'signature', ...place }, ['signatures'])
  }

  /** @throws {RequestError} */
  async definition(place: Place): Promise<readonly Definition[]> {
    const answer = await this.#notebook.ask({ type: 'definition', ...place })
    return Array.isArray(answer) ? (answer as Definition[]) : []
  }

  /** @throws {RequestError} */
  async rename(place: Place, newName: string): Promise<readonly CellEdit[]> {
    const answer = await this.#notebook.ask({ type: 'rename', ...place, newName })
    return Array.isArray(answer) ? (answer as CellEdit[]) : []
  }

  /** Has the page say what went wrong. */
  report(error: unknown): void {
    if (!(error instanceof RequestError)) throw error
    this.#notebook.store.setState({ notice: error.message })
  }

  async #quietly<Answer>(
    request: Asked,
    keys: readonly (keyof Answer & string)[],
  ): Promise<Answer | null> {
    try {
      const answer = (await this.#notebook.ask(request)) as Partial<Record<string, unknown>> | null
      const isWhole = answer !== null && keys.every((key) => answer[key] !== undefined)
      return isWhole ? (answer as Answer) : null
    } catch (error) {
      if (!(error instanceof RequestError)) throw error
      // That there is no language server is said once; everything else passes.
      if (error.code.startsWith('LANGUAGE_SERVER_') && error.code !== 'LANGUAGE_SERVER_FAILED') {
        if (!this.#hasToldProblem) this.report(error)
        this.#hasToldProblem = true
      }
      return null
    }
  }
}

const clients = new WeakMap<OpenNotebook, LanguageClient>()

/** One for each notebook, whichever cell asks. */
export function languageClient(notebook: OpenNotebook): LanguageClient {
  let client = clients.get(notebook)
  if (client === undefined) {
    client = new LanguageClient(notebook)
    clients.set(notebook, client)
  }
  return client
}
