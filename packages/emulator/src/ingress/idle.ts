/** Calls back once when nothing has been told for so long. */
export interface IdleWatch {
  /** Something moved. */
  touch(): void
  stop(): void
}

export function watchIdle(idleMs: number, onIdle: () => void): IdleWatch {
  let timer: NodeJS.Timeout | undefined = setTimeout(onIdle, idleMs)
  return {
    touch: () => timer?.refresh(),
    stop: () => {
      clearTimeout(timer)
      timer = undefined
    },
  }
}
