import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { resultsDirectory } from '@spcs/notebook/results/result-folders'
import type { NotebookApp } from './notebook-app.ts'

/** Where the kernel of an open notebook writes the rows of its results. */
export function resultsFolder(app: NotebookApp, notebook: string): string {
  const results = resultsDirectory(app.stateDirectory)
  for (const id of readdirSync(results)) {
    const owner = JSON.parse(readFileSync(join(results, id, 'notebook.json'), 'utf8')) as {
      readonly path: string
    }
    if (owner.path === notebook) return join(results, id)
  }
  throw new Error(`no results folder of ${notebook}`)
}
