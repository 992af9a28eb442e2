import { copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { applyOperation, initialState } from './apply-operation.ts'
import { NotebookError } from './errors.ts'
import type { VolumeFileSystem } from './file-system.ts'
import { parseNotebook } from './ipynb.ts'
import { type JournalContent, readJournal } from './journal.ts'
import { hashContent, readNotebookFile } from './notebook-file.ts'
import type { NotebookState } from './operations.ts'
import { type RecoveredNotebook, recoverNotebook } from './recover-journal.ts'

/** Where an open notebook begins. */
export interface Beginning extends Omit<RecoveredNotebook, 'saving'> {
  readonly torn: RecoveredNotebook['saving']
  readonly isRecovered: boolean
}

export interface BeginningOptions {
  readonly path: string
  readonly root: string
  readonly stateDirectory: string
  readonly files: VolumeFileSystem
}

/**
 * Finds where a notebook stands: in its file, or where a killed server left it.
 *
 * @throws {NotebookError} `NOTEBOOK_NOT_FOUND`, `NOTEBOOK_INVALID`
 */
export async function findBeginning(options: BeginningOptions): Promise<Beginning> {
  const { files, root, path, stateDirectory } = options
  const content = await maybeJournal(journalFile(stateDirectory, path))
  if (content !== undefined) return goOn(recoverNotebook(content), path)
  const found = await readNotebookFile(files, join(root, path))
  if (found === undefined) {
    throw new NotebookError('NOTEBOOK_NOT_FOUND', `Cannot open "${path}": there is no such file`)
  }
  const { notebook, besides } = parseNotebook(found.text)
  const saved = { at: null, sequence: 0, status: 'saved', problem: null } as const
  const state = initialState(path, notebook, saved)
  const base = { hash: found.hash, notebook }
  const numbers = await keptNumbers(journalFile(stateDirectory, path))
  return { state, besides, base, torn: null, numbers, isRecovered: false }
}

/** Where the journal of a notebook is. */
export function journalFile(stateDirectory: string, path: string): string {
  return join(stateDirectory, 'journals', `${hashContent(path).slice(0, 32)}.ndjson`)
}

/** A page may not have heard that its last operation was applied: it must not be applied again. */
export async function keepNumbers(
  journal: string,
  numbers: ReadonlyMap<string, number>,
): Promise<void> {
  if (numbers.size === 0) return
  await mkdir(dirname(journal), { recursive: true })
  await writeFile(numbersFile(journal), JSON.stringify(Object.fromEntries(numbers)))
}

/** Another notebook may come to be under the name: nobody is known to it. */
export async function forgetNumbers(journal: string): Promise<void> {
  await rm(numbersFile(journal), { force: true })
}

/** The journal; one that is damaged is kept aside for someone to look at. */
async function maybeJournal(file: string): Promise<JournalContent | undefined> {
  try {
    const content = await readJournal(file)
    if (content?.isDamaged === true) await copyFile(file, `${file}.damaged`)
    return content
  } catch (error) {
    if (!(error instanceof NotebookError)) throw error
    await rename(file, `${file}.damaged`)
    return undefined
  }
}

/** A killed server's notebook: its kernel and its clients are gone, its file may be behind. */
function goOn({ saving, ...found }: RecoveredNotebook, path: string): Beginning {
  const at = new Date().toISOString()
  const reason = 'the server was started again'
  const lost = applyOperation(found.state, { type: 'kernel-status', status: 'none', reason, at })
  const state: NotebookState = {
    ...(lost?.state ?? found.state),
    path,
    context: null,
    kernelOwner: null,
    clients: [],
    saved: { ...found.state.saved, status: 'dirty', problem: null },
  }
  return { ...found, state, torn: saving, isRecovered: true }
}

/** The last operation numbers of clients, kept while the notebook is closed. */
function numbersFile(journal: string): string {
  return journal.replace(/\.ndjson$/, '.clients.json')
}

async function keptNumbers(journal: string): Promise<ReadonlyMap<string, number>> {
  try {
    const kept = JSON.parse(await readFile(numbersFile(journal), 'utf8')) as unknown
    const entries = Object.entries(typeof kept === 'object' && kept !== null ? kept : {})
    return new Map(entries.filter((entry): entry is [string, number] => isNumber(entry[1])))
  } catch {
    return new Map()
  }
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value)
}
