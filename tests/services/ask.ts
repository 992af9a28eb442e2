import { type Agent, request } from 'node:http'

/** A public endpoint of a local account, and who asks there. */
export interface AskedEndpoint {
  readonly ingressPort: number
  readonly host: string
  /** A programmatic access token. */
  readonly token: string
}

export interface AskOptions {
  readonly method?: string
  readonly path: string
  readonly body?: string
  readonly agent: Agent
}

/** A request through ingress, over a connection of the agent's; gives status and text. */
export function ask(
  { ingressPort, host, token }: AskedEndpoint,
  { method = 'GET', path, body, agent }: AskOptions,
): Promise<readonly [status: number, text: string]> {
  return new Promise((resolve, reject) => {
    const headers = {
      host,
      authorization: `Snowflake Token="${token}"`,
      ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }),
    }
    const asked = request(
      { host: '127.0.0.1', port: ingressPort, agent, method, path, headers },
      (answer) => {
        let text = ''
        answer.setEncoding('utf8')
        answer.on('data', (chunk: string) => (text += chunk))
        answer.on('error', reject)
        answer.on('end', () => resolve([answer.statusCode ?? 0, text]))
      },
    )
    asked.on('error', reject)
    asked.end(body)
  })
}
