import type { ConnectionStatus } from '../connection/notebook-socket.ts'
import type { NotebookState, SavedState } from '../../src/notebook/operations.ts'
import { printAge } from '../notebook/run-time.ts'

export interface Words {
  readonly text: string
  readonly tone: 'calm' | 'busy' | 'bad' | 'off'
}

/** What the kernel does, in a plain word. */
export function kernelWords(kernel: NotebookState['kernel'], isRunning: boolean): Words {
  switch (kernel.status) {
    case 'none':
      return { text: 'No kernel', tone: 'off' }
    case 'starting':
      return { text: 'Starting', tone: 'busy' }
    case 'idle':
      return isRunning ? { text: 'Running', tone: 'busy' } : { text: 'Ready', tone: 'calm' }
    case 'busy':
      return { text: 'Running', tone: 'busy' }
    case 'unresponsive':
      return { text: 'Not responding', tone: 'bad' }
    case 'ended':
      return { text: 'Ended', tone: 'bad' }
  }
}

/** When the volume was last written, or why it was not. */
export function savedWords(saved: SavedState, nowMs: number): Words {
  switch (saved.status) {
    case 'saved': {
      if (saved.at === null) return { text: 'No changes', tone: 'calm' }
      const text = `Saved ${printAge(nowMs - Date.parse(saved.at))}`
      return saved.problem === null
        ? { text, tone: 'calm' }
        : { text: `${text}; ${saved.problem}`, tone: 'bad' }
    }
    case 'dirty':
    case 'saving':
      return { text: 'Saving…', tone: 'busy' }
    case 'failed':
      return { text: `Not saved: ${saved.problem ?? 'the volume did not take it'}`, tone: 'bad' }
  }
}

/** Nothing while all is well. */
export function connectionWords(connection: ConnectionStatus): Words | undefined {
  switch (connection) {
    case 'open':
      return undefined
    case 'connecting':
      return { text: 'Connecting…', tone: 'busy' }
    case 'reconnecting':
      return { text: 'Reconnecting… what you type is kept', tone: 'bad' }
    case 'closed':
      return { text: 'Closed', tone: 'bad' }
  }
}

/** `Ada Lovelace` → AL, `DEVELOPER` → DE. */
export function initialsOf(user: string): string {
  const words = user.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '')
  const [first, second] = words
  if (first === undefined) return '?'
  const letters = Array.from(first)
  const [other] = second === undefined ? letters.slice(1) : Array.from(second)
  return `${letters[0]}${other ?? ''}`.toUpperCase()
}
