import { DeployLock } from '@spcs/deploy'
import type { Session } from '@spcs/session'
import { printName } from '@spcs/sql'
import { standInProject } from './account.ts'
import type { SpcsConfig } from './config.ts'
import type { Invocation, VerbOptions } from './verb.ts'

/** For verbs that one may run at a time. */
export const lockOptions: VerbOptions = {
  'break-lock': { type: 'boolean', help: 'take the lock from a deploy that is dead' },
}

/** Works as the only deploy into the project's schema; stops when the lock is lost. */
export async function withDeployLock<T, I extends Pick<Invocation, 'signal' | 'options'>>(
  session: Session,
  config: SpcsConfig,
  invocation: I,
  work: (invocation: I) => Promise<T>,
): Promise<T> {
  await standInProject(session, config)
  await using lock = await DeployLock.take(session, {
    schema: printName([config.database, config.schema]),
    breakLock: invocation.options['break-lock'] === true,
  })
  const signal = AbortSignal.any([invocation.signal, lock.lost])
  return await work({ ...invocation, signal })
}
