import { CodedError, printError } from '@spcs/errors'
import {
  DeployError,
  rollBackTo,
  type Service,
  specificationBefore,
  waitForService,
} from '@spcs/deploy'
import type { Session } from '@spcs/session'
import { CliError } from './errors.ts'
import type { Invocation, VerbOptions } from './verb.ts'

/** For verbs that upgrade services. */
export const upgradeOptions: VerbOptions = {
  'no-rollback': { type: 'boolean', help: 'leave a service as it is when its upgrade fails' },
  patience: {
    type: 'string',
    value: 'SECONDS',
    help: 'how long a fault of a service lasts until it is given up (5)',
  },
}

/**
 * What `--patience` says, in milliseconds.
 *
 * @throws {CliError} `USAGE`
 */
export function readPatience({ options }: Pick<Invocation, 'options'>): number | undefined {
  const { patience } = options
  if (patience === undefined) return undefined
  if (/^\d{1,5}$/.test(String(patience))) return Number(patience) * 1000
  throw new CliError('USAGE', `Cannot be patient for "${String(patience)}" seconds`, {
    hint: 'Give whole seconds: --patience 60',
  })
}

/**
 * Waits until a service is ready; one that does not get there goes back to what it ran with before.
 *
 * @throws {DeployError} `UPGRADE_ROLLED_BACK`, its cause being why; that itself where there is nothing to go back to.
 */
export async function waitForUpgrade(
  session: Session,
  { name, source }: Service,
  { progress, signal, options }: Pick<Invocation, 'progress' | 'signal' | 'options'>,
): Promise<void> {
  const patienceMs = readPatience({ options })
  try {
    await progress.step(`Wait for service ${name}`, (detail) =>
      waitForService(session, name, { onProgress: detail, onLook: detail, signal, patienceMs }),
    )
  } catch (error) {
    signal.throwIfAborted()
    if (options['no-rollback'] === true || isNoFault(error)) throw error
    const before = await specificationBefore(session, name, source)
    if (before === undefined) throw error
    try {
      await progress.step(`Roll back service ${name}`, (detail) =>
        rollBackTo(session, name, before, { onProgress: detail, onLook: detail, signal }),
      )
    } catch (second) {
      // What went wrong first says more than that the way back is closed too.
      progress.note(printError(second))
      throw error
    }
    throw rolledBack(name, before.file, error)
  }
}

/** What is suspended has not failed, and a pool without nodes has none for what ran before either. */
function isNoFault(error: unknown): boolean {
  return error instanceof DeployError && NO_FAULTS.has(error.code)
}

const NO_FAULTS: ReadonlySet<string> = new Set([
  'SERVICE_SUSPENDED',
  'COMPUTE_POOL_SUSPENDED',
  'COMPUTE_POOL_TIMED_OUT',
])

function rolledBack(name: string, file: string, cause: unknown): DeployError {
  const why = cause instanceof Error ? cause.message : String(cause)
  const hint = cause instanceof CodedError ? cause.hint : undefined
  return new DeployError(
    'UPGRADE_ROLLED_BACK',
    `Cannot upgrade service ${name}, it runs ${file} again: ${why}`,
    { hint: hint ?? 'Correct what the message names and deploy again', cause },
  )
}
