import { chmodSync, chownSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Mount } from '../runner.ts'

/**
 * Lets whoever a container runs as write to a folder of this machine. The state directory around it keeps other users
 * of this machine out.
 *
 * DIFFERS: files get the volume's owner only where the account runs as root; else they keep the one who wrote them.
 */
export function openToContainer({ directory, readOnly, instanceVolume, uid, gid }: Mount): void {
  if (readOnly === true || instanceVolume !== undefined) return
  chmodSync(directory, 0o777)
  const { geteuid } = process
  if (geteuid?.call(process) !== 0 || (uid === undefined && gid === undefined)) return
  const paths = readdirSync(directory, { recursive: true, encoding: 'utf8' })
  for (const path of ['', ...paths]) chownSync(join(directory, path), uid ?? 0, gid ?? 0)
}
