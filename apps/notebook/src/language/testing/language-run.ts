import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Diagnostic, LanguageCell } from '../language.ts'
import { TypeScriptServer } from '../typescript-server.ts'

/** A language server of a test, with a notebook's folder of its own. */
export class TestLanguage {
  readonly server: TypeScriptServer
  readonly directory: string
  readonly #root: string
  readonly #diagnostics = new Map<string, { version: number; diagnostics: readonly Diagnostic[] }>()
  readonly #wakers = new Set<() => void>()
  #cells: readonly LanguageCell[] = []
  /** Of every cell. */
  version = 0

  private constructor(server: TypeScriptServer, root: string) {
    this.server = server
    this.#root = root
    this.directory = join(root, 'notebooks')
    server.onDiagnostics((cellId, version, diagnostics) => {
      this.#diagnostics.set(cellId, { version, diagnostics })
      for (const wake of this.#wakers) wake()
    })
  }

  static async start(): Promise<TestLanguage> {
    const root = await mkdtemp(join(tmpdir(), 'spcs-language-test-'))
    const server = await TypeScriptServer.start({
      directory: join(root, 'notebooks'),
      folder: join(root, 'language'),
      quietMs: 10,
    })
    return new TestLanguage(server, root)
  }

  /** The notebook from now on: TypeScript cells by id, in order; or cells as they are. */
  notebook(cells: Readonly<Record<string, string | Partial<LanguageCell>>>): void {
    this.version += 1
    this.#cells = Object.entries(cells).map(([id, cell]) => ({
      id,
      kind: 'typescript' as const,
      source: '',
      version: this.version,
      ...(typeof cell === 'string' ? { source: cell } : cell),
    }))
    this.#diagnostics.clear()
    this.server.update(this.#cells)
  }

  /** What is asked at the first `|` of a cell's source, which is not part of it. */
  at(cellId: string, marked?: string): readonly [cellId: string, source: string, offset: number] {
    const text = marked ?? this.#cells.find(({ id }) => id === cellId)?.source ?? ''
    const offset = text.indexOf('|')
    return [cellId, text.slice(0, offset) + text.slice(offset + 1), offset]
  }

  async labels(cellId: string, marked: string): Promise<string[]> {
    const { items } = await this.server.complete(...this.at(cellId, marked))
    return items.map(({ label }) => label)
  }

  async type(cellId: string, marked: string): Promise<string | undefined> {
    const hover = await this.server.hover(...this.at(cellId, marked))
    return hover?.markdown.replace(/^```typescript\n([\s\S]*?)\n```[\s\S]*$/, '$1')
  }

  /** What is found in a cell, once something is told of it. */
  async found(cellId: string): Promise<{ version: number; diagnostics: readonly Diagnostic[] }> {
    return await this.#until(() => this.#diagnostics.get(cellId))
  }

  async messages(cellId: string): Promise<string[]> {
    const { diagnostics } = await this.found(cellId)
    return diagnostics.map(({ message }) => message)
  }

  /** The messages about all cells, when the last cell's have come: the last cell must have some. */
  async everything(lastId: string): Promise<Record<string, string[]>> {
    await this.messages(lastId)
    return Object.fromEntries(
      [...this.#diagnostics]
        .filter(([, { diagnostics }]) => diagnostics.length > 0)
        .map(([id, { diagnostics }]) => [id, diagnostics.map(({ message }) => message)]),
    )
  }

  async close(): Promise<void> {
    await this.server.close()
    await rm(this.#root, { recursive: true, force: true })
  }

  #until<Found>(find: () => Found | undefined): Promise<Found> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = find()
        if (found === undefined) return
        this.#wakers.delete(look)
        resolve(found)
      }
      this.#wakers.add(look)
      look()
    })
  }
}
