import { checkEndpointAccess, checkPinned } from '@spcs/deploy'
import type { Session } from '@spcs/session'
import type { SpcsConfig } from './config.ts'
import type { PushedImages } from './images.ts'
import type { Invocation } from './verb.ts'

/**
 * Makes sure that services run the very images that were pushed, and that the users whom the configuration names can
 * open their public endpoints.
 *
 * @throws {DeployError} `IMAGE_NOT_PINNED`, or why the first such user cannot, with the GRANT to run.
 */
export async function checkDeployed(
  session: Session,
  { workloads, adminRole }: SpcsConfig,
  images: PushedImages,
  { progress }: Pick<Invocation, 'progress'>,
): Promise<void> {
  await progress.step('Check images and who may open endpoints', async () => {
    for (const { name, service, users = [] } of workloads) {
      const image = images.get(name)
      if (image !== undefined) await checkPinned(session, service, image)
      for (const user of users) {
        const refusal = await checkEndpointAccess(session, { service, user, adminRole })
        if (refusal !== undefined) throw refusal
      }
    }
  })
}
