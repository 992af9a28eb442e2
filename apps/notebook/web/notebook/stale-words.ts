import type { StaleReason } from '../../src/notebook/stale-cells.ts'

/** Why a cell is stale, as its foot says it. */
export function staleWords(reason: StaleReason): string {
  switch (reason.type) {
    case 'edited':
      return 'Edited since it ran'
    case 'redeclared':
      return `${reason.name} was declared again since it ran`
    case 'earlier-kernel':
      return 'Ran in an earlier kernel'
  }
}
