import type { FastifyPluginAsync } from 'fastify'
import type { Account } from '../account.ts'

/** What a person or a health check sees: what this is, and how to connect. */
export const admin: FastifyPluginAsync<{ readonly account: Account }> = (app, { account }) => {
  app.get('/healthz', () => ({ status: 'ok' }))

  app.get('/', (request, reply) => {
    const about = describe(account.name, request.headers.host ?? account.address)
    const wantsPage = request.headers.accept?.includes('text/html') === true
    return wantsPage ? reply.type('text/html; charset=utf-8').send(page(about)) : about
  })
  return Promise.resolve()
}

interface About {
  readonly name: string
  readonly connect: { readonly accessUrl: string; readonly account: string }
  readonly registry: string
}

function describe(account: string, host: string): About {
  return {
    name: 'A local account for Snowpark Container Services (unofficial, not by Snowflake)',
    connect: { accessUrl: `http://${host}`, account },
    registry: host,
  }
}

/** Account names and host names are checked before; neither can hold markup. */
function page({ name, connect, registry }: About): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Local account ${connect.account}</title>
<style>
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
  body { max-width: 42rem; margin: 4rem auto; padding: 0 1rem }
  h1 { font-size: 1.5rem; font-weight: 600 }
  pre { padding: 1rem 1.25rem; border: 1px solid #8885; border-radius: 8px; overflow-x: auto }
  code, pre { font: 14px/1.5 ui-monospace, monospace }
</style>
<h1>Local account ${connect.account}</h1>
<p>${name}.</p>
<p>Connect with any Snowflake driver:</p>
<pre>import snowflake from 'snowflake-sdk'

const connection = snowflake.createConnection({
  accessUrl: '${connect.accessUrl}',
  account: '${connect.account}',
  username: '…',
  password: '…',
})</pre>
<p>Image registry: <code>${registry}</code></p>
`
}
