import { useCallback, useEffect, useRef, useState } from 'react'
import type { KernelVariable } from '../../src/kernel/kernel.ts'
import { useNotebook, useOpenNotebook } from './notebook-context.ts'
import { ENTRIES, type OpenPlaces, placeId, type VariablePlace } from './variables-tree.ts'

/** What the kernel holds, as the page knows it. */
export interface Variables {
  readonly variables: readonly KernelVariable[]
  readonly open: OpenPlaces
  /** Why what is here may be old: the kernel does not answer. */
  readonly problem: string | null
  refresh(): void
  openPlace(place: VariablePlace, offset?: number): void
  closePlace(place: VariablePlace): void
}

const NOTHING: OpenPlaces = new Map()

/** Asks the kernel for its variables, and again whenever a cell has ended; what is open is looked into again. */
export function useVariables(): Variables {
  const notebook = useOpenNotebook()
  const status = useNotebook(({ state }) => state?.kernel.status ?? 'none')
  const waiting = useNotebook(({ state }) => state?.queue.length ?? 0)
  const [variables, setVariables] = useState<readonly KernelVariable[]>([])
  const [open, setOpen] = useState(NOTHING)
  const [problem, setProblem] = useState<string | null>(null)
  const opened = useRef(open)
  opened.current = open

  const attempt = useCallback(async (ask: () => Promise<void>) => {
    try {
      await ask()
      setProblem(null)
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error))
    }
  }, [])

  const refresh = useCallback(
    () =>
      void attempt(async () => {
        setVariables(await notebook.variables())
        for (const [id, inside] of opened.current) {
          const [name = '', ...path] = JSON.parse(id) as string[]
          const looks = Math.max(1, Math.ceil(inside.length / ENTRIES))
          const again = await Promise.all(
            Array.from({ length: looks }, (_, look) =>
              notebook.inspectVariable(name, path, look * ENTRIES),
            ),
          )
          setOpen((before) => (before.has(id) ? new Map(before).set(id, again.flat()) : before))
        }
      }),
    [notebook, attempt],
  )

  const openPlace = useCallback(
    (place: VariablePlace, offset = 0) =>
      void attempt(async () => {
        const id = placeId(place)
        const found = await notebook.inspectVariable(place.name, place.path, offset)
        setOpen((before) => {
          const inside = offset === 0 ? [] : (before.get(id) ?? []).slice(0, offset)
          return new Map(before).set(id, [...inside, ...found])
        })
      }),
    [notebook, attempt],
  )

  const closePlace = useCallback((place: VariablePlace) => {
    const id = placeId(place)
    const below = `${id.slice(0, -1)},`
    setOpen(
      (before) => new Map([...before].filter(([key]) => key !== id && !key.startsWith(below))),
    )
  }, [])

  useEffect(() => {
    if (status === 'idle' || status === 'busy') refresh()
    if (status !== 'none' && status !== 'ended') return
    setVariables([])
    setOpen(NOTHING)
    setProblem(null)
  }, [status, waiting, refresh])

  return { variables, open, problem, refresh, openPlace, closePlace }
}
