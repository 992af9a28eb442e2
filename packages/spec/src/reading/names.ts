import { nearestName } from '../nearest-name.ts'
import type { Place } from './place.ts'

/** What a specification names in one place and refers to in another. */
export type NameKind = 'container' | 'endpoint' | 'volume' | 'service role'

type Report = (place: Place, message: string, hint?: string) => void

/** Collects names and references while a document is read; reports what does not fit together. */
export interface Names {
  declare(kind: NameKind, name: string, place: Place): void
  refer(kind: NameKind, name: string, place: Place): void
  /** Tells that a template may yet bring names and references that are not seen. */
  leaveOpen(): void
  /** Reports references without a name, and volumes without a reference; call once, at the end. */
  settle(): void
}

export function collectNames(problem: Report, warn: Report): Names {
  const declared: Record<NameKind, Map<string, Place>> = {
    container: new Map(),
    endpoint: new Map(),
    volume: new Map(),
    'service role': new Map(),
  }
  const references: { kind: NameKind; name: string; place: Place }[] = []
  let isOpen = false
  return {
    declare(kind, name, place) {
      if (declared[kind].has(name)) {
        problem(place, `more than one ${kind} is named '${name}'`, `Give each ${kind} its own name`)
        return
      }
      declared[kind].set(name, place)
    },
    refer(kind, name, place) {
      references.push({ kind, name, place })
    },
    leaveOpen() {
      isOpen = true
    },
    settle() {
      if (isOpen) return
      for (const { kind, name, place } of references) {
        if (declared[kind].has(name)) continue
        const nearest = nearestName(name, [...declared[kind].keys()])
        const hint =
          nearest === undefined ? `Add it under 'spec.${kind}s'` : `Did you mean '${nearest}'?`
        problem(place, `no ${kind} is named '${name}'`, hint)
      }
      for (const [name, place] of declared.volume) {
        if (references.some((reference) => reference.kind === 'volume' && reference.name === name))
          continue
        warn(
          place,
          `no container mounts volume '${name}'`,
          'Mount it with volumeMounts, or delete it',
        )
      }
    },
  }
}
