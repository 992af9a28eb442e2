import { findMatches, type Match, type SearchedText } from './find-matches.ts'
import { compileQuery, type Query } from './query.ts'

export type SearchResult = { readonly matches: readonly Match[] } | { readonly problem: string }

const MOST_MS = 1_000

/** Searches texts. A regular expression may take for ever: it runs beside the page and is ended after a while. */
export async function searchTexts(
  texts: readonly SearchedText[],
  query: Query,
  signal: AbortSignal,
): Promise<SearchResult> {
  if (query.text === '') return { matches: [] }
  const compiled = compileQuery(query)
  if ('problem' in compiled) return compiled
  if (!query.isRegExp) return { matches: findMatches(texts, compiled.pattern) }
  const worker = new Worker(new URL('search-worker.ts', import.meta.url), { type: 'module' })
  try {
    return await answerOf(worker, { texts, pattern: compiled.pattern }, signal)
  } finally {
    worker.terminate()
  }
}

function answerOf(worker: Worker, question: unknown, signal: AbortSignal): Promise<SearchResult> {
  return new Promise((resolve) => {
    const timer = setTimeout(
      () => resolve({ problem: 'This pattern takes too long and was stopped' }),
      MOST_MS,
    )
    const end = (result: SearchResult): void => {
      clearTimeout(timer)
      resolve(result)
    }
    worker.addEventListener('message', ({ data }: MessageEvent<readonly Match[]>) =>
      end({ matches: data }),
    )
    worker.addEventListener('error', () => end({ problem: 'The search could not be run' }))
    signal.addEventListener('abort', () => end({ matches: [] }))
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
    worker.postMessage(question)
  })
}
