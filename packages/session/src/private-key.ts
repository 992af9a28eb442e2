import { createPrivateKey } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { DriverOptions } from './connection-options.ts'
import { SessionError } from './errors.ts'

/**
 * Opens the private key before the driver does, whose errors are those of OpenSSL.
 *
 * @throws {SessionError} `CONFIG_UNREADABLE` for a file that is not there, `OPTION_MISSING` without the passphrase,
 *   `OPTION_INVALID` where it is the wrong one, or the text is no key.
 */
export async function checkPrivateKey(options: DriverOptions): Promise<void> {
  const { authenticator, privateKey, privateKeyPath, privateKeyPass } = options
  if (authenticator !== 'SNOWFLAKE_JWT') return
  const key = privateKey ?? (await readKeyFile(privateKeyPath ?? ''))
  const which = privateKey === undefined ? `private key "${privateKeyPath}"` : 'private_key_raw'
  try {
    createPrivateKey({ key, format: 'pem', passphrase: privateKeyPass })
  } catch {
    // What OpenSSL says is of no use, and may one day quote the key.
    if (!key.includes('ENCRYPTED')) {
      throw new SessionError('OPTION_INVALID', `Cannot connect: ${which} is no PEM private key`, {
        hint: 'Give a key that begins with -----BEGIN PRIVATE KEY-----',
      })
    }
    if (privateKeyPass === undefined) {
      throw new SessionError('OPTION_MISSING', 'Cannot connect: no passphrase given', {
        hint: 'Set private_key_passphrase or the variable PRIVATE_KEY_PASSPHRASE; the key is encrypted',
      })
    }
    throw new SessionError(
      'OPTION_INVALID',
      `Cannot connect: the passphrase does not open ${which}`,
      {
        hint: 'Correct private_key_passphrase or the variable PRIVATE_KEY_PASSPHRASE, which wins',
      },
    )
  }
}

async function readKeyFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new SessionError(
      'CONFIG_UNREADABLE',
      `Cannot connect: key file "${path}" is unreadable`,
      {
        hint: 'Put the private key there, or name another file in private_key_file',
        cause,
      },
    )
  }
}
