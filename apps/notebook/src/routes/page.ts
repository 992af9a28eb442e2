import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'

const NOT_BUILT = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Notebook</title></head>
<body>
<p>The notebook's server runs, but its page is not built. Run</p>
<pre>npm run build:web -w @spcs/notebook</pre>
<p>and start it again.</p>
</body>
</html>
`

/** Where the page's files are: beside the bundle, or where the build puts them when this runs from source. */
export function maybeWebDirectory(): string | undefined {
  return ['./web', '../../dist/web']
    .map((place) => fileURLToPath(new URL(place, import.meta.url)))
    .find((place) => existsSync(join(place, 'index.html')) && existsSync(join(place, 'assets')))
}

/** The page and the files that it is made of. They hold no secret, but only those who are signed in get them. */
export async function pageRoutes(
  app: FastifyInstance,
  { webDirectory }: { readonly webDirectory: string | undefined },
): Promise<void> {
  if (webDirectory === undefined) {
    app.get('/', { config: { access: 'read', isEntry: true } }, (_request, reply) =>
      reply.type('text/html; charset=utf-8').send(NOT_BUILT),
    )
    return
  }
  await app.register(fastifyStatic, {
    root: webDirectory,
    serve: false,
    cacheControl: false,
    dotfiles: 'ignore',
  })
  app.get('/', { config: { access: 'read', isEntry: true } }, (_request, reply) =>
    reply.sendFile('index.html'),
  )
  // Their names hold their hash: the same name is the same file for ever.
  app.get('/assets/*', { config: { access: 'read' } }, (request, reply) => {
    const { '*': name } = request.params as { readonly '*': string }
    return reply
      .header('cache-control', 'private, max-age=31536000, immutable')
      .sendFile(`assets/${name}`)
  })
  for (const entry of await readdir(webDirectory, { withFileTypes: true })) {
    const { name } = entry
    if (!entry.isFile() || name === 'index.html') continue
    app.get(`/${name}`, { config: { access: 'read' } }, (_request, reply) => reply.sendFile(name))
  }
}
