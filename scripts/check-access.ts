import { checkEndpointAccess } from '@spcs/deploy'
import type { Session } from '@spcs/session'
import type { SpcsConfig } from './config.ts'
import type { Invocation } from './verb.ts'

/**
 * Checks that the users whom the configuration names can open the public endpoints of its services.
 *
 * @throws {DeployError} `ROLE_BLOCKED`, `SERVICE_ROLE_MISSING` or `BIND_ENDPOINT_MISSING` for the first who cannot.
 */
export async function checkAccess(
  session: Session,
  { adminRole, workloads }: SpcsConfig,
  { progress, signal }: Pick<Invocation, 'progress' | 'signal'>,
): Promise<void> {
  for (const { service, users = [] } of workloads) {
    for (const user of users) {
      signal.throwIfAborted()
      await progress.step(`Check that ${user} can open ${service}`, async () => {
        const found = await checkEndpointAccess(session, { service, user, adminRole })
        if (found !== undefined) throw found
      })
    }
  }
}
