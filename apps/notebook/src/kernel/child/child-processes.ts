import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** The processes that this one has started, theirs too, nearest first: a shell's end does not end what it runs. */
export function childProcesses(): number[] {
  const parents = parentsByProcess()
  const found = [process.pid]
  for (const parent of found) {
    for (const [pid, itsParent] of parents) if (itsParent === parent) found.push(pid)
  }
  return found.slice(1)
}

function parentsByProcess(): Map<number, number> {
  try {
    return process.platform === 'linux' ? readProc() : askPs()
  } catch {
    return new Map()
  }
}

function readProc(): Map<number, number> {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    // `PID (name, with any characters) STATE PARENT …`
    const stat = maybeRead(`/proc/${name}/stat`)
    const parent = /\) \S (\d+)/.exec(stat.slice(stat.lastIndexOf(')')))?.[1]
    if (parent !== undefined) parents.set(Number(name), Number(parent))
  }
  return parents
}

function maybeRead(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // it has ended meanwhile
  }
}

function askPs(): Map<number, number> {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).split('\n')
  return new Map(
    lines.map((line) => {
      const [pid, parent] = line.trim().split(/\s+/).map(Number)
      return [pid ?? 0, parent ?? 0]
    }),
  )
}
