import type { Completion, Kernel } from '../kernel/kernel.ts'
import { LanguageError } from '../language/errors.ts'
import type { LanguageCompletion } from '../language/language.ts'
import { isInExpression } from '../language/sql-cell-file.ts'
import { mergeCompletions } from '../language/merge-completions.ts'
import type { NotebookLanguage } from '../language/notebook-language.ts'
import type { PageRequest } from '../protocol.ts'
import type { Cell } from './notebook.ts'

/** Who knows the answers about one notebook. */
export interface AnswerParts {
  readonly cells: readonly Cell[]
  /** Undefined when none runs. */
  readonly kernel: Kernel | undefined
  readonly language: NotebookLanguage
}

/** A kernel that is slower than this is not waited for. */
const KERNEL_PATIENCE_MS = 100

/**
 * Answers a page's question, which changes nothing; without a kernel there is nothing to tell of it.
 *
 * @throws {LanguageError} when TypeScript's language server is asked and does not answer.
 */
export async function answerRequest(request: PageRequest, parts: AnswerParts): Promise<unknown> {
  const { kernel, language } = parts
  switch (request.type) {
    case 'variables':
      return (await kernel?.variables()) ?? []
    case 'inspect-variable':
      return (await kernel?.inspectVariable(request.name, request.path, request.offset)) ?? []
    case 'catalogue':
      return (await kernel?.catalogue()) ?? { database: null, schema: null, tables: [] }
    case 'complete':
      return await complete(request, parts)
    case 'hover':
    case 'signature':
    case 'definition': {
      const { type, cellId, source, offset } = request
      return await language.ask<unknown>((server) => server[type](cellId, source, offset))
    }
    case 'rename': {
      const { cellId, source, offset, newName } = request
      return await language.ask((server) => server.rename(cellId, source, offset, newName))
    }
  }
}

async function complete(
  { cellId, source, offset }: Extract<PageRequest, { type: 'complete' }>,
  { cells, kernel, language }: AnswerParts,
): Promise<LanguageCompletion | Completion> {
  const nothing = { from: offset, to: offset, items: [] }
  const kind = cells.find(({ id }) => id === cellId)?.kind
  if (kind !== 'typescript' && kind !== 'sql') return nothing
  const isTypeScript = kind === 'typescript' || isInExpression(source, offset)
  const [known, live] = await Promise.all([
    isTypeScript ? completeByTypes(language, cellId, source, offset) : null,
    kernel === undefined ? null : withinPatience(kernel.complete(source, offset, kind)),
  ])
  return mergeCompletions(known, live) ?? nothing
}

/** Null where there is no language server: what the kernel knows is shown without it. */
async function completeByTypes(
  language: AnswerParts['language'],
  cellId: string,
  source: string,
  offset: number,
): Promise<LanguageCompletion | null> {
  try {
    return await language.ask((server) => server.complete(cellId, source, offset))
  } catch (error) {
    if (error instanceof LanguageError) return null
    throw error
  }
}

/** Null when it fails or takes its time: what TypeScript knows is shown without it. */
async function withinPatience<Answer>(answering: Promise<Answer>): Promise<Answer | null> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), KERNEL_PATIENCE_MS)
  })
  try {
    return await Promise.race([answering.catch(() => null), tooLate])
  } finally {
    clearTimeout(timer)
  }
}
