import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

/** Where one of the texts stands in a file below a folder: `catalog.json has canary-1`. */
export function findInFiles(folder: string, texts: readonly string[]): string[] {
  const found: string[] = []
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const content = read(path)
    for (const text of texts) {
      if (content.includes(text)) found.push(`${relative(folder, path)} has ${text}`)
    }
  }
  return found
}

/** Reading every process takes a while itself. */
const EVERY_MS = 200

/** Looks again and again, until it is stopped, whether a text stands in words or environment of any process. */
export class ProcessWatch {
  readonly #texts: readonly string[]
  readonly #found = new Set<string>()
  #looks = 0
  readonly #timer: NodeJS.Timeout

  constructor(texts: readonly string[]) {
    this.#texts = texts
    this.#timer = setInterval(() => this.#look(), EVERY_MS)
  }

  stop(): { readonly looks: number; readonly found: readonly string[] } {
    clearInterval(this.#timer)
    return { looks: this.#looks, found: [...this.#found] }
  }

  #look(): void {
    this.#looks += 1
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      for (const file of ['cmdline', 'environ']) {
        const content = read(`/proc/${pid}/${file}`)
        for (const text of this.#texts) {
          if (content.includes(text)) this.#found.add(`${file} of a process has ${text}`)
        }
      }
    }
  }
}

/** Processes end and files go while they are read. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}
