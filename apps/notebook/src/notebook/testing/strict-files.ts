import { MOUNTED_FILES, type VolumeFileSystem } from '../file-system.ts'

/**
 * Files with the manners of a stage volume: whole reads, whole writes, one at a time for each file.
 * Anything else that is asked of it throws, and `calls` tells what was asked.
 */
export function strictFiles(): VolumeFileSystem & {
  readonly calls: string[]
  /** Called before each write; may throw, as a full volume does. */
  onWrite: (path: string) => void
} {
  const calls: string[] = []
  const busy = new Set<string>()
  const allowed = {
    calls,
    onWrite: (_path: string): void => undefined,
    read: (path: string) => {
      calls.push('read')
      return MOUNTED_FILES.read(path)
    },
    write: async (path: string, content: Buffer) => {
      calls.push('write')
      if (busy.has(path)) throw new Error('two writes of one file at the same time')
      busy.add(path)
      try {
        allowed.onWrite(path)
        await MOUNTED_FILES.write(path, content)
      } finally {
        busy.delete(path)
      }
    },
    stat: (path: string) => MOUNTED_FILES.stat(path),
    remove: (path: string) => MOUNTED_FILES.remove(path),
    list: (path: string) => MOUNTED_FILES.list(path),
  }
  return new Proxy(allowed, {
    get(target, name, receiver): unknown {
      if (name !== 'then' && !Reflect.has(target, name)) {
        throw new Error(`a volume cannot ${String(name)}`)
      }
      return Reflect.get(target, name, receiver)
    },
  })
}
