import { isLoopback } from '@spcs/sql'
import { DeployError } from '../errors.ts'
import type { Image } from '../image/image.ts'
import { nodePlatform } from '../image/platform.ts'

/** Where an image is to go and run. */
export interface ImageTarget {
  /** `host` or `host:port` of the registry. */
  readonly host: string
  /** The registry is the local account's; default for one on this machine alone. */
  readonly isLocal?: boolean | undefined
  /** Of the compute pool: `CPU_X64_XS`, which is like most others, or `GEN_ARM_G1_2`. */
  readonly instanceFamily?: string | undefined
}

/** An image with this label has a stand-in for its real base. */
const STAND_IN = 'local.stand-in'

/**
 * Refuses an image that could not run where it is to go, before anything is sent.
 *
 * @throws {DeployError} `IMAGE_HAS_NO_BASE`, `IMAGE_STAND_IN` or `IMAGE_ARCHITECTURE_WRONG`.
 */
export function checkImage(image: Image, target: ImageTarget): void {
  const { name, platform, labels, hasNode } = image
  const { host, isLocal = isLoopback(new URL(`http://${host}`).hostname), instanceFamily } = target
  if (!hasNode) {
    if (isLocal) return
    throw new DeployError(
      'IMAGE_HAS_NO_BASE',
      `Cannot push image "${name}" to "${host}": it has no Node in it`,
      { hint: 'Build it on a base image: --base node:24-bookworm-slim' },
    )
  }
  if (!isLocal && labels[STAND_IN] !== undefined) {
    throw new DeployError(
      'IMAGE_STAND_IN',
      `Cannot push image "${name}" to "${host}": it has the label ${STAND_IN}, its base is no real one`,
      { hint: 'Build it where the real base image can be pulled' },
    )
  }
  const wanted = nodePlatform(instanceFamily)
  if (platform === wanted) return
  throw new DeployError(
    'IMAGE_ARCHITECTURE_WRONG',
    `Cannot push image "${name}": it is for ${platform}, nodes of ${instanceFamily ?? 'the compute pool'} are ${wanted}`,
    { hint: `Build it again, with --platform ${wanted} where Docker builds it` },
  )
}
