import type { IncomingHttpHeaders } from 'node:http'
import { ServerError } from '../errors.ts'
import { isOwnOrigin } from './addresses.ts'

/** Who may use a route: everybody; whoever is signed in; those, from our own page or a script only. */
export type Access = 'public' | 'read' | 'change'

/** What the gate knows of a request besides who sent it. */
export interface Asked {
  readonly access: Access
  readonly isSocket: boolean
  /** The page itself: a link on another site may lead to it. */
  readonly isEntry: boolean
  readonly headers: IncomingHttpHeaders
}

/**
 * Decides by the headers that browsers set, and pages cannot, whether another site's page asks.
 *
 * @returns Why the request is refused, or undefined.
 */
export function maybeForeign(asked: Asked, mode: 'ingress' | 'token'): ServerError | undefined {
  const { headers, access, isSocket, isEntry } = asked
  const { origin, host = '' } = headers
  const isOwn = origin !== undefined && isOwnOrigin(origin, host, mode)
  // A script sends no Origin, a browser always does: with a socket and with everything that changes.
  const needsOrigin = isSocket || (access === 'change' && origin !== undefined)
  if (needsOrigin && !isOwn) {
    return new ServerError('ORIGIN_REFUSED', 'Cannot answer a page of another origin', {
      hint: 'Open the notebook by its own address',
    })
  }
  const site = headers['sec-fetch-site']
  if ((site === 'cross-site' || site === 'same-site') && !(isEntry && isNavigation(headers))) {
    return new ServerError('ORIGIN_REFUSED', `Cannot answer a ${site} request`, {
      hint: 'Open the notebook by its own address',
    })
  }
  // Pages of other origins cannot send it without being asked about by a preflight, which nobody answers.
  if (access === 'change' && !isSocket && headers['x-spcs-notebook'] !== '1') {
    return new ServerError('HEADER_MISSING', 'Cannot change anything without x-spcs-notebook', {
      hint: 'Send the header `x-spcs-notebook: 1`',
    })
  }
  return undefined
}

function isNavigation(headers: IncomingHttpHeaders): boolean {
  return headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document'
}
