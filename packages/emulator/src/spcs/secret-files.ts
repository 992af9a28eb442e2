import { chmodSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Container } from '@spcs/spec'
import type { Account } from '../account.ts'
import type { Secret, Service } from '../catalog/objects.ts'
import type { Mount } from './runner.ts'
import { findSecret, secretValues } from './secrets.ts'

/** A folder that holds a secret, as the files that its keys are. */
interface SecretFolder {
  readonly directory: string
  find(): Secret
  written: Secret
}

/**
 * The secrets that the containers of one instance have as files. They follow the secrets: who reads a file anew has
 * what was set last.
 */
export class SecretFiles {
  readonly #directory: string
  readonly #service: Service
  readonly #account: Pick<Account, 'catalog' | 'log'>
  readonly #folders: SecretFolder[] = []
  readonly #unwatch: () => void

  /** @param directory A folder of the instance's own. */
  constructor(directory: string, service: Service, account: Pick<Account, 'catalog' | 'log'>) {
    this.#directory = directory
    this.#service = service
    this.#account = account
    this.#unwatch = account.catalog.secrets.watch(() => this.#follow())
  }

  /**
   * Writes the secrets of a container.
   *
   * @throws {SnowflakeError} when one is gone, or the service's owner may not read it any more.
   */
  mounts({ name, secrets }: Container): Mount[] {
    return secrets.flatMap((given, index) => {
      const { directoryPath: path } = given
      if (path === undefined) return []
      const directory = join(this.#directory, `${name}-${index}`)
      const find = (): Secret => findSecret(given, this.#service, this.#account.catalog)
      const secret = find()
      // Nobody else of this machine looks into it, whatever its files' own modes are.
      mkdirSync(this.#directory, { recursive: true, mode: 0o700 })
      writeFiles(directory, secret)
      this.#folders.push({ directory, find, written: secret })
      return [{ path, directory, readOnly: true }]
    })
  }

  /** Removes the files. */
  close(): void {
    this.#unwatch()
    rmSync(this.#directory, { recursive: true, force: true })
  }

  /** A secret that was dropped, or may not be read any more, stays as it was: containers are not cut off from it. */
  #follow(): void {
    for (const folder of this.#folders) {
      try {
        const secret = folder.find()
        if (secret === folder.written) continue
        writeFiles(folder.directory, secret)
        folder.written = secret
      } catch (error) {
        const { log } = this.#account
        log.warn({ err: error, directory: folder.directory }, 'files of a secret stay as they were')
      }
    }
  }
}

/** Each file at once, so that no reader finds half of one. */
function writeFiles(directory: string, secret: Secret): void {
  const values = secretValues(secret)
  mkdirSync(directory, { recursive: true })
  // Whatever user a container runs as reads them, as in Snowflake.
  chmodSync(directory, 0o755)
  for (const [key, value] of Object.entries(values)) {
    const path = join(directory, key)
    writeFileSync(`${path}.new`, value)
    chmodSync(`${path}.new`, 0o644)
    renameSync(`${path}.new`, path)
  }
  for (const file of readdirSync(directory)) {
    if (!Object.hasOwn(values, file)) rmSync(join(directory, file))
  }
}
