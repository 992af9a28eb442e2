import type { Emulator } from '@spcs/emulator'
import { connect, type Session, SessionError } from '@spcs/session'
import { printIdentifier, quoteLiteral } from '@spcs/sql'
import type { SpcsConfig } from './config.ts'

/** Who signs in at a public endpoint of the local account, and how. */
export interface SignIn {
  readonly user: string
  readonly password: string
}

/**
 * Gives the configuration's first user the password of the local account itself, so that someone can sign in at its
 * public endpoints: admin roles may not. It is no weaker than the account: one with the default password is refused
 * on any address but loopback, and a password that was chosen or generated is taken over at each start. A user who has
 * it already is left alone, and a real account's users are never touched.
 */
export async function letUserSignIn(
  session: Session,
  { adminRole, account }: Pick<SpcsConfig, 'adminRole' | 'account'>,
  local: Emulator['connection'],
): Promise<SignIn | undefined> {
  const user = account.users?.[0]?.name
  if (user === undefined) return undefined
  const signIn = { user, password: local.password }
  if (await canSignIn(signIn, local)) return signIn
  await session.execute(`USE ROLE ${printIdentifier(adminRole)}`)
  await session.execute(
    `ALTER USER ${printIdentifier(user)} SET PASSWORD = ${quoteLiteral(local.password)}`,
  )
  return signIn
}

async function canSignIn(
  signIn: SignIn,
  { accessUrl, account }: Emulator['connection'],
): Promise<boolean> {
  try {
    const session = await connect({ accessUrl, account, ...signIn })
    await session.close()
    return true
  } catch (error) {
    if (error instanceof SessionError && error.code === 'LOGIN_REJECTED') return false
    throw error
  }
}
