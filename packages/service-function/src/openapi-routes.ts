import { parseName } from '@spcs/sql'
import type { FastifyInstance } from 'fastify'
import type { ServiceFunction } from './define-service-function.ts'
import { describePage, DESCRIBE_PAGE_POLICY } from './describe-page.ts'
import { ServiceFunctionError } from './errors.ts'
import { openApiDocument, type OpenApiOptions } from './openapi-document.ts'

/** Where functions are described: for programs, and for people. */
const DOCUMENT_PATH = '/openapi.json'
const PAGE_PATH = '/describe'

/**
 * Answers GET /openapi.json and GET /describe. Both are made at the first request, and so have the functions of every
 * call for the same app and prefix.
 *
 * @throws {ServiceFunctionError} `DEFINITION_INVALID` when something else answers one of them.
 * @throws {SqlError} `IDENTIFIER_INVALID` when the service's name cannot be read.
 */
export function openApiRoutes(
  app: FastifyInstance,
  functions: readonly ServiceFunction[],
  options: OpenApiOptions,
): void {
  if (options.service !== undefined) parseName(options.service)
  const answered = functions.map((definition) => ({
    ...definition,
    path: `${app.prefix}${definition.path}`,
  }))
  const described = describedBefore(app)
  if (described === undefined) {
    addRoutes(app, remember(app, { functions: answered, options }))
  } else {
    described.functions.push(...answered)
    described.options = { ...described.options, ...options }
  }
}

/** What is described at one prefix of an app. */
interface Described {
  readonly functions: ServiceFunction[]
  options: OpenApiOptions
}

/** By the app's server, which all its plugins share, and then by prefix. */
const DESCRIBED = new WeakMap<object, Map<string, Described>>()

function describedBefore({ server, prefix }: FastifyInstance): Described | undefined {
  return DESCRIBED.get(server)?.get(prefix)
}

function remember({ server, prefix }: FastifyInstance, described: Described): Described {
  const ofServer = DESCRIBED.get(server) ?? new Map<string, Described>()
  DESCRIBED.set(server, ofServer.set(prefix, described))
  return described
}

function addRoutes(app: FastifyInstance, described: Described): void {
  const documentPath = `${app.prefix}${DOCUMENT_PATH}`
  for (const url of [documentPath, `${app.prefix}${PAGE_PATH}`]) refuseTaken(app, url)
  const printDocument = once(() =>
    JSON.stringify(openApiDocument(described.functions, described.options)),
  )
  const printPage = once(() =>
    describePage(described.functions, { ...described.options, documentPath }),
  )

  app.get(DOCUMENT_PATH, (_request, reply) =>
    reply.type('application/json; charset=utf-8').send(printDocument()),
  )
  app.get(PAGE_PATH, (request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', DESCRIBE_PAGE_POLICY)
      .header('x-content-type-options', 'nosniff')
      .header('referrer-policy', 'no-referrer')
      .send(printPage()(`${request.protocol}://${request.host}`)),
  )
}

function refuseTaken(app: FastifyInstance, url: string): void {
  if (!app.hasRoute({ method: 'GET', url })) return
  throw new ServiceFunctionError(
    'DEFINITION_INVALID',
    `Cannot describe service functions: something else answers GET ${url}`,
    { hint: 'Answer it at another path, or set openApi: false' },
  )
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
