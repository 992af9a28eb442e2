import { type IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { type Page, PAGE_POLICY, printPage, printPlainPage } from './page.ts'

/** A request and the way to answer it. */
export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** The connection of a request that asks for a WebSocket, and what came on it after the request. */
  readonly upgrade?: { readonly socket: Duplex; readonly head: Buffer } | undefined
}

/** The exchange of an upgrade request: until it is granted, it can be answered like any other. */
export function upgradeExchange(request: IncomingMessage, socket: Duplex, head: Buffer): Exchange {
  const response = new ServerResponse(request)
  response.shouldKeepAlive = false
  response.assignSocket(request.socket)
  response.on('finish', () => {
    response.detachSocket(request.socket)
    request.socket.destroySoon()
  })
  return { request, response, upgrade: { socket, head } }
}

/** Answers with a page of the platform's own: HTML for who reads it in a browser, else text. */
export function answerPage(
  { request, response }: Exchange,
  status: number,
  page: Page,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.headersSent || response.destroyed) {
    response.destroy()
    return
  }
  const isRead = request.headers.accept?.includes('text/html') === true
  const body = isRead ? printPage(page) : printPlainPage(page)
  response.writeHead(status, {
    'Content-Type': `text/${isRead ? 'html' : 'plain'}; charset=utf-8`,
    'Content-Length': Buffer.byteLength(body),
    'Content-Security-Policy': PAGE_POLICY,
    'X-Frame-Options': 'DENY',
    'X-Content-Type-Options': 'nosniff',
    // With no-referrer, browsers would send our own form with a null Origin.
    'Referrer-Policy': 'same-origin',
    'Cache-Control': 'no-store',
    ...headers,
  })
  response.end(request.method === 'HEAD' ? undefined : body)
}

export function redirect(
  { response }: Exchange,
  status: 302 | 303,
  location: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const fixed = { Location: location, 'Content-Length': 0, 'Cache-Control': 'no-store' }
  response.writeHead(status, { ...fixed, ...headers })
  response.end()
}
