import { describe, expect, test } from 'vitest'
import type { Kernel } from '../kernel/kernel.ts'
import { LanguageError } from '../language/errors.ts'
import type { LanguageCompletion } from '../language/language.ts'
import type { NotebookLanguage } from '../language/notebook-language.ts'
import { answerRequest } from './answer-request.ts'
import { emptyCell } from './apply-operation.ts'

const cells = [
  emptyCell('code', 'typescript', ''),
  emptyCell('text', 'markdown', ''),
  emptyCell('query', 'sql', ''),
]

function items(...labels: string[]): LanguageCompletion {
  return { from: 0, to: 1, items: labels.map((label) => ({ label, kind: 'variable' })) }
}

function languageThat(answer: () => Promise<unknown>): NotebookLanguage {
  return { ask: answer } as unknown as NotebookLanguage
}

function kernelThat(complete: () => Promise<unknown>): Kernel {
  return { complete } as unknown as Kernel
}

async function offered(
  language: NotebookLanguage,
  kernel?: Kernel,
  cellId = 'code',
  marked = 'x|',
) {
  const offset = marked.indexOf('|')
  const source = marked.replace('|', '')
  const request = { type: 'complete', cellId, source, offset } as const
  const answer = (await answerRequest(request, { cells, kernel, language })) as LanguageCompletion
  return answer.items.map(({ label }) => label)
}

describe('a completion', () => {
  const known = languageThat(() => Promise.resolve(items('known')))
  const missing = languageThat(() =>
    Promise.reject(new LanguageError('LANGUAGE_SERVER_MISSING', 'Cannot help')),
  )

  test('has what TypeScript knows, then what only the kernel has', async () => {
    const kernel = kernelThat(() => Promise.resolve(items('live')))
    expect(await offered(known, kernel)).toEqual(['known', 'live'])
    expect(await offered(known)).toEqual(['known'])
  })

  test('does without a kernel that does not answer, or fails', async () => {
    expect(
      await offered(
        known,
        kernelThat(() => new Promise(() => undefined)),
      ),
    ).toEqual(['known'])
    expect(
      await offered(
        known,
        kernelThat(() => Promise.reject(new Error('ended'))),
      ),
    ).toEqual(['known'])
  })

  test('does without a language server', async () => {
    const kernel = kernelThat(() => Promise.resolve(items('live')))
    expect(await offered(missing, kernel)).toEqual(['live'])
    expect(await offered(missing)).toEqual([])
  })

  test('of SQL asks TypeScript between the brackets of ${…} alone', async () => {
    expect(await offered(known, undefined, 'query', 'SELECT ${x|}')).toEqual(['known'])
    expect(await offered(known, undefined, 'query', 'SELECT ${x} + |')).toEqual([])
    expect(await offered(known, undefined, 'query', "SELECT '${x|}'")).toEqual([])
  })

  test('has nothing for Markdown', async () => {
    expect(await offered(known, undefined, 'text')).toEqual([])
  })
})

test('a question that only the language server answers fails with its reason', async () => {
  const language = languageThat(() =>
    Promise.reject(new LanguageError('LANGUAGE_SERVER_MISSING', 'Cannot help')),
  )
  const request = { type: 'hover', cellId: 'code', source: 'x', offset: 1 } as const
  await expect(
    answerRequest(request, { cells, kernel: undefined, language }),
  ).rejects.toMatchObject({ code: 'LANGUAGE_SERVER_MISSING' })
})
