import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { nextMounted } from './cell-window.ts'

/** How far from what is seen cells are in the page whole. */
const NEAR_MARGIN = '1600px'
/** Before the browser has told what is near. */
const FIRST_CELLS = 8
/** Cells that were worked on last stay, wherever they are: their editors know what can be undone. */
const MOST_KEPT = 60

export interface CellWindow {
  readonly isMounted: (cellId: string) => boolean
  /** Watches the place of a cell; gives back what ends it. */
  readonly watch: (place: HTMLElement, cellId: string) => () => void
  /** The height that a cell had when it was last in the page. */
  readonly heightOf: (cellId: string) => number | undefined
}

/** Which cells are in the page whole: those near what is seen, those seen last, and the selected one. */
export function useCellWindow(
  ids: readonly string[],
  selectedId: string | null,
  /** Whether something would be lost with this cell's editor. */
  isWorkedOn: (cellId: string) => boolean,
): CellWindow {
  const [mounted, setMounted] = useState<readonly string[]>(() => ids.slice(0, FIRST_CELLS))
  const near = useRef(new Set(mounted))
  const kept = useRef(new Set<string>())
  const heights = useRef(new Map<string, number>())
  const observers = useRef<readonly [IntersectionObserver, ResizeObserver]>(undefined)

  const update = useCallback(
    () =>
      setMounted((before) => {
        const workedOn = before.filter((id) => isWorkedOn(id)).slice(-MOST_KEPT)
        return nextMounted(before, near.current, new Set([...workedOn, ...kept.current]))
      }),
    [isWorkedOn],
  )

  const watch = useCallback(
    (place: HTMLElement, cellId: string) => {
      observers.current ??= [
        new IntersectionObserver(
          (entries) => {
            for (const { target, isIntersecting } of entries) {
              const id = (target as HTMLElement).dataset['place'] ?? ''
              if (isIntersecting) near.current.add(id)
              else near.current.delete(id)
            }
            update()
          },
          { root: place.closest('.notebook-main'), rootMargin: `${NEAR_MARGIN} 0px` },
        ),
        new ResizeObserver((entries) => {
          for (const { target } of entries) {
            const cell = target as HTMLElement
            const isWhole = cell.dataset['whole'] === 'true'
            if (isWhole) heights.current.set(cell.dataset['place'] ?? '', cell.offsetHeight)
          }
        }),
      ]
      const [intersection, resize] = observers.current
      intersection.observe(place)
      resize.observe(place)
      return () => {
        intersection.unobserve(place)
        resize.unobserve(place)
        near.current.delete(cellId)
      }
    },
    [update],
  )
  useEffect(() => () => observers.current?.forEach((observer) => observer.disconnect()), [])

  useEffect(() => {
    kept.current = new Set(selectedId === null ? [] : [selectedId])
    update()
  }, [selectedId, update])

  return useMemo(() => {
    const all = new Set(mounted)
    return {
      isMounted: (cellId) => all.has(cellId) || cellId === selectedId,
      watch,
      heightOf: (cellId) => heights.current.get(cellId),
    }
  }, [mounted, selectedId, watch])
}
