import type { FastifyInstance } from 'fastify'
import type { Config } from './config.ts'
import { ConvertApiError } from './errors.ts'

/**
 * Starts to listen; when it cannot, the app is closed again.
 *
 * @throws {ConvertApiError} `PORT_IN_USE` or `ADDRESS_UNUSABLE`.
 */
export async function listen(app: FastifyInstance, { host, port }: Config): Promise<void> {
  try {
    await app.listen({ host, port })
  } catch (error) {
    await app.close()
    throw translateError(error, host, port)
  }
}

function translateError(cause: unknown, host: string, port: number): unknown {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  const what = `Cannot listen on ${host} port ${port}`
  switch (code) {
    case 'EADDRINUSE':
      return new ConvertApiError('PORT_IN_USE', `${what}: something else does`, {
        cause,
        hint: `Stop what listens on port ${port}, or set PORT to another one`,
      })
    case 'EACCES':
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new ConvertApiError('ADDRESS_UNUSABLE', `${what}: ${code}`, {
        cause,
        hint: 'Set HOST to an address of this machine and PORT above 1023',
      })
    default:
      return cause
  }
}
