import { useEffect, useState } from 'react'
import { listOf } from '../notebook/mounted-cells.ts'
import { useNotebook, useOpenNotebook } from '../notebook/notebook-context.ts'
import type { Match } from './find-matches.ts'
import { clearMatches, paintMatches } from './paint-matches.ts'
import type { Query } from './query.ts'
import { searchTexts } from './search-texts.ts'
import { searchedTexts } from './searched-texts.ts'

const PAUSE_MS = 120

export interface Search {
  readonly matches: readonly Match[]
  readonly problem: string | null
}

/** The matches in the notebook as it is now: they follow what is typed, run and changed by others. */
export function useSearch(query: Query, withOutputs: boolean): Search {
  const notebook = useOpenNotebook()
  const cells = useNotebook(({ state }) => state?.notebook.cells)
  const [found, setSearch] = useState<Search>({ matches: [], problem: null })
  const { text, matchesCase, wholeWord, isRegExp } = query
  useEffect(() => {
    const ending = new AbortController()
    const search = async (): Promise<void> => {
      const texts = searchedTexts(notebook.cells, (id) => notebook.sourceOf(id), withOutputs)
      const wanted = { text, matchesCase, wholeWord, isRegExp }
      const result = await searchTexts(texts, wanted, ending.signal)
      if (!ending.signal.aborted) setSearch({ matches: [], problem: null, ...result })
    }
    const timer = setTimeout(() => void search(), PAUSE_MS)
    return () => {
      clearTimeout(timer)
      ending.abort()
    }
  }, [notebook, cells, text, matchesCase, wholeWord, isRegExp, withOutputs])
  return found
}

/** Keeps the matches marked while cells come and go. */
export function useMarks(matches: readonly Match[], current: Match | undefined): void {
  const notebook = useOpenNotebook()
  useEffect(() => {
    let frame = 0
    const paint = (): void => {
      cancelAnimationFrame(frame)
      frame = requestAnimationFrame(() => paintMatches(notebook, matches, current))
    }
    paint()
    const list = listOf(notebook)
    const observer = new MutationObserver(paint)
    if (list !== null) {
      observer.observe(list, { childList: true, subtree: true, characterData: true })
    }
    return () => {
      cancelAnimationFrame(frame)
      observer.disconnect()
    }
  }, [notebook, matches, current])
  useEffect(() => clearMatches, [])
}
