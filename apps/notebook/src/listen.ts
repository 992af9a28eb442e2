import type { FastifyInstance } from 'fastify'
import type { Config } from './config.ts'
import { ServerError } from './errors.ts'

/**
 * Starts to listen; when it cannot, the app is closed again. Never open: without the ingress there is a token.
 *
 * @returns The port.
 * @throws {ServerError} `PORT_IN_USE` or `ADDRESS_UNUSABLE`.
 */
export async function listen(
  app: FastifyInstance,
  { host, port }: Pick<Config, 'host' | 'port'>,
): Promise<number> {
  try {
    await app.listen({ host, port })
  } catch (error) {
    await app.close()
    throw translateError(error, host, port)
  }
  const address = app.server.address()
  return typeof address === 'object' && address !== null ? address.port : port
}

function translateError(cause: unknown, host: string, port: number): unknown {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  const what = `Cannot listen on ${host} port ${port}`
  switch (code) {
    case 'EADDRINUSE':
      return new ServerError('PORT_IN_USE', `${what}: something else does`, {
        cause,
        hint: `Stop what listens on port ${port}, or set PORT to another one`,
      })
    case 'EACCES':
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new ServerError('ADDRESS_UNUSABLE', `${what}: ${code}`, {
        cause,
        hint: 'Set HOST to an address of this machine and PORT above 1023',
      })
    default:
      return cause
  }
}
