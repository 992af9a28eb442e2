import type { IncomingMessage } from 'node:http'
import type { Account } from '../account.ts'
import { byPassword, maybeUser } from '../http/authenticate/password.ts'
import { SnowflakeError } from '../snowflake-error.ts'
import { type Refusal, whyRefused } from './access.ts'
import { expiredSignInCookie, maybeSignInCookie, signInCookie } from './cookie.ts'
import { isOwn } from './cors.ts'
import { answerPage, type Exchange, redirect } from './exchange.ts'
import type { IngressSessions } from './ingress-sessions.ts'
import type { Page, SignInForm } from './page.ts'
import type { PublicEndpoint } from './public-endpoint.ts'
import { PLATFORM_PATH, returnPath } from './return-path.ts'
import type { SignInLimit } from './sign-in-limit.ts'

const SIGN_IN = `${PLATFORM_PATH}login`
const SIGN_OUT = `${PLATFORM_PATH}logout`
const MOST_FORM_BYTES = 16_384

export interface SignInOptions {
  readonly account: Account
  readonly sessions: IngressSessions
  readonly limit: SignInLimit
}

/** Answers what is asked for below `/sfc-endpoint/`, which is the platform's own. */
export async function answerPlatformPath(
  exchange: Exchange,
  target: PublicEndpoint,
  options: SignInOptions,
): Promise<void> {
  const { method, url = '/' } = exchange.request
  const { pathname, searchParams } = new URL(url, 'http://here.invalid')
  const isRead = method === 'GET' || method === 'HEAD'
  if (pathname === SIGN_IN && isRead) {
    const form = { action: SIGN_IN, returnTo: returnPath(searchParams.get('return')), user: '' }
    answerPage(exchange, 200, signInPage(target, form))
  } else if (pathname === SIGN_IN && method === 'POST') await signIn(exchange, target, options)
  else if (pathname === SIGN_OUT) signOut(exchange, options)
  else {
    const text = [
      `Paths below ${PLATFORM_PATH} belong to the platform, and there is none like this.`,
    ]
    answerPage(exchange, 404, { title: 'Not found', text })
  }
}

/** Sends a browser to the sign-in page, and from there back. */
export function redirectToSignIn(exchange: Exchange): void {
  const { method, url } = exchange.request
  const wanted = method === 'GET' ? returnPath(url) : returnPath(undefined)
  redirect(exchange, 302, signInPath(wanted))
}

function signInPath(returnTo: string): string {
  return returnTo === '/' ? SIGN_IN : `${SIGN_IN}?return=${encodeURIComponent(returnTo)}`
}

/** The page for someone who has signed in, or tried to, and may not use the endpoint. */
export function refusalPage({ title, reason, hint, sql }: Refusal, returnTo: string): Page {
  return {
    title,
    text: [`${reason}.`, `${hint}${sql === undefined ? '.' : ':'}`],
    code: sql,
    link: { href: signInPath(returnTo), text: 'Sign in as another user' },
  }
}

async function signIn(
  exchange: Exchange,
  target: PublicEndpoint,
  { account, sessions, limit }: SignInOptions,
): Promise<void> {
  const { request } = exchange
  if (!isFromHere(request)) {
    const text = ['This form was sent by another page. Open the endpoint itself and sign in there.']
    answerPage(exchange, 403, { title: 'Sign-in refused', text })
    return
  }
  const form = await maybeReadForm(request)
  if (form === undefined) {
    answerPage(exchange, 413, { title: 'Sign-in refused', text: ['The form is too large.'] })
    return
  }
  const name = form.get('user') ?? ''
  const returnTo = returnPath(form.get('return'))
  const again = (status: number, problem: string, headers?: Record<string, string>): void => {
    const shown = { action: SIGN_IN, returnTo, user: name, problem }
    answerPage(exchange, status, signInPage(target, shown), headers)
  }

  const waitSeconds = limit.attempt(name.toUpperCase())
  if (waitSeconds > 0) {
    again(429, `Too many attempts. Try again in ${waitSeconds} seconds.`, {
      'Retry-After': String(waitSeconds),
    })
    return
  }
  const problem = await maybeProblem(name, form.get('password') ?? '', account)
  const user = maybeUser(name, account)
  if (problem !== undefined || user === undefined) {
    // Without the name: people type their password there too.
    account.log.warn({ endpoint: target.host, problem }, 'sign-in at an endpoint refused')
    again(401, problem ?? 'There is no such user.')
    return
  }
  limit.succeeded(name.toUpperCase())
  const refusal = whyRefused({ user }, target, account)
  if (refusal !== undefined) {
    answerPage(exchange, 403, refusalPage(refusal, returnTo))
    return
  }
  account.log.info({ user: user.name, endpoint: target.host }, 'signed in at an endpoint')
  sessions.close(maybeSignInCookie(request.headers.cookie))
  redirect(exchange, 303, returnTo, {
    'Set-Cookie': signInCookie(sessions.open(user, target.host)),
  })
}

/** Why the password is refused; undefined when it is right. */
async function maybeProblem(
  name: string,
  password: string,
  account: Account,
): Promise<string | undefined> {
  try {
    await byPassword({ LOGIN_NAME: name, PASSWORD: password, SESSION_PARAMETERS: {} }, account)
    return undefined
  } catch (error) {
    if (error instanceof SnowflakeError) return error.message
    throw error
  }
}

function signOut(exchange: Exchange, { sessions }: SignInOptions): void {
  sessions.close(maybeSignInCookie(exchange.request.headers.cookie))
  answerPage(
    exchange,
    200,
    {
      title: 'Signed out',
      text: ['You have signed out of this endpoint.'],
      link: { href: SIGN_IN, text: 'Sign in again' },
    },
    { 'Set-Cookie': expiredSignInCookie() },
  )
}

function signInPage({ key, endpoint }: PublicEndpoint, form: SignInForm): Page {
  return {
    title: 'Sign in',
    text: [`Endpoint ${endpoint.name} of service ${key}, on the local account.`],
    form,
  }
}

/** Browsers say where a form comes from; what says neither is no browser, and has no cookies to abuse. */
function isFromHere({ headers }: IncomingMessage): boolean {
  const { origin, host = '' } = headers
  if (origin !== undefined) return isOwn(origin, host)
  const site = headers['sec-fetch-site']
  return site === undefined || site === 'same-origin' || site === 'none'
}

async function maybeReadForm(request: IncomingMessage): Promise<URLSearchParams | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    // Read to its end all the same: a connection that is cut while it sends does not see the answer.
    if (bytes <= MOST_FORM_BYTES) chunks.push(chunk)
  }
  if (bytes > MOST_FORM_BYTES) return undefined
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'))
}
