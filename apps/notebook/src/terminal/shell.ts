import { userInfo } from 'node:os'
import { spawn } from '@lydell/node-pty'
import type { KernelTerminal } from '../kernel/kernel.ts'

/** A login shell under a PTY of its own. */
export interface Shell {
  readonly pid: number
  readonly terminal: KernelTerminal
  /** Resolves once it has ended, by itself or by `close`. */
  readonly ended: Promise<string>
  /** SIGHUP, as when a terminal's window is closed; SIGKILL to what stays. */
  close(): Promise<void>
}

const SIGKILL_AFTER_MS = 2000

/**
 * Variables that a shell gets. A list of what is allowed, since nobody can list all secrets; of Snowflake's own
 * only those that say where it is.
 */
const KEPT =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_[A-Z]+|TZ|TMPDIR|EDITOR|NODE_EXTRA_CA_CERTS|SPCS_SESSION_DIR|SNOWFLAKE_(?:ACCOUNT|HOST|PORT|PROTOCOL|DATABASE|SCHEMA|WAREHOUSE|ROLE|SERVICE_NAME))$/

export function startShell(
  directory: string,
  environment: Readonly<Record<string, string | undefined>>,
): Shell {
  // Not node-pty's `encoding: 'utf8'`: frames are bytes, and a character may be cut in two.
  const pty = spawn(shellOf(environment), ['-l'], {
    name: 'xterm-256color',
    cols: 80,
    rows: 24,
    cwd: directory,
    env: shellEnvironment(environment),
    encoding: null,
  })
  const ended = new Promise<string>((resolve) => {
    pty.onExit(({ exitCode, signal }) => {
      resolve(signal ? `shell ended by signal ${signal}` : `shell exited with ${exitCode}`)
    })
  })
  return {
    pid: pty.pid,
    ended,
    terminal: {
      // Bytes too, whatever the types say.
      write: (data) => pty.write(data as string),
      resize: (columns, rows) => pty.resize(columns, rows),
      onData: (listener) => {
        const subscription = pty.onData((data: unknown) => listener(data as Buffer))
        return () => subscription.dispose()
      },
      pause: () => pty.pause(),
      resume: () => pty.resume(),
    },
    close: async () => {
      pty.resume() // node-pty tells the end only after the last bytes were read
      hangUp(pty.pid, 'SIGHUP')
      const timer = setTimeout(() => hangUp(pty.pid, 'SIGKILL'), SIGKILL_AFTER_MS)
      await ended
      clearTimeout(timer)
    },
  }
}

/** What a shell's environment holds of ours. */
export function shellEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const kept = Object.entries(environment).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && KEPT.test(entry[0]),
  )
  return { ...Object.fromEntries(kept), TERM: 'xterm-256color', COLORTERM: 'truecolor' }
}

function shellOf(environment: Readonly<Record<string, string | undefined>>): string {
  return environment['SHELL'] || userInfo().shell || '/bin/sh'
}

/** To the whole group: the shell is its leader. */
function hangUp(pid: number, signal: 'SIGHUP' | 'SIGKILL'): void {
  try {
    process.kill(-pid, signal)
  } catch {
    // gone already
  }
}
