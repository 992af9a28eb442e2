import Fastify, { type FastifyInstance } from 'fastify'
import { describe, expect, onTestFinished, test } from 'vitest'
import { defineServiceFunction } from './define-service-function.ts'
import { DESCRIBE_PAGE_POLICY } from './describe-page.ts'
import { openApiDocument, type OpenApiDocument } from './openapi-document.ts'
import { serviceFunctions } from './plugin.ts'

const base = { name: 'f', path: '/f', arguments: { x: 'FLOAT' }, returns: 'FLOAT' } as const
const F = defineServiceFunction({ ...base, handler: (x) => x })

function app(): FastifyInstance {
  const made = Fastify()
  onTestFinished(() => made.close())
  return made
}

describe('serviceFunctions()', () => {
  test('answers GET /openapi.json with the document of its functions', async () => {
    const options = { functions: [F], openApi: { title: 'Try', service: 'DB.PUBLIC.S' } }
    const response = await app().register(serviceFunctions, options).inject('/openapi.json')
    expect(response.headers['content-type']).toBe('application/json; charset=utf-8')
    expect(response.json()).toEqual(openApiDocument([F], options.openApi))
  })

  test('answers GET /describe with a page that may do no more than it must', async () => {
    const options = { functions: [F], openApi: { title: 'Try' } }
    const response = await app().register(serviceFunctions, options).inject('/describe')
    expect([response.statusCode, response.headers]).toEqual([
      200,
      expect.objectContaining({
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': DESCRIBE_PAGE_POLICY,
        'x-content-type-options': 'nosniff',
      }),
    ])
    expect(response.body).toContain('<title>Try</title>')
  })

  test('has commands on the page for the address that the reader came by', async () => {
    const service = app().register(serviceFunctions, { functions: [F] })
    for (const host of ['localhost:9090', 'api.example']) {
      const { body } = await service.inject({ url: '/describe', headers: { host } })
      expect(body).toContain(`curl &#39;http://${host}/f&#39;`)
    }
  })

  test('describes functions under the prefix that they are answered at', async () => {
    const service = app().register(serviceFunctions, { prefix: '/v1', functions: [F] })
    const { paths } = (await service.inject('/v1/openapi.json')).json<{ paths: object }>()
    expect(Object.keys(paths)).toEqual(['/v1/f'])
    const { body } = await service.inject('/v1/describe')
    expect(body).toContain('data-path="/v1/f"')
    expect(body).toContain('href="/v1/openapi.json"')
  })

  test('answers neither when told so', async () => {
    const service = app().register(serviceFunctions, { functions: [F], openApi: false })
    const statuses = ['/openapi.json', '/describe'].map(async (url) => service.inject(url))
    expect((await Promise.all(statuses)).map(({ statusCode }) => statusCode)).toEqual([404, 404])
  })

  test('refuses to describe where something else answers', async () => {
    const slow = { ...F, path: '/describe', longRunning: true }
    await expect(
      app()
        .register(serviceFunctions, { functions: [slow] })
        .ready(),
    ).rejects.toMatchObject({
      code: 'DEFINITION_INVALID',
      message: 'Cannot describe service functions: something else answers GET /describe',
    })
  })

  test('describes together what is registered apart', async () => {
    const service = app()
    service.register(serviceFunctions, { functions: [F], openApi: { title: 'Both' } })
    service.register(serviceFunctions, { functions: [{ ...F, path: '/g' }] })
    service.register(serviceFunctions, { functions: [{ ...F, path: '/h' }], openApi: false })
    const { info, paths } = (await service.inject('/openapi.json')).json<OpenApiDocument>()
    expect([info.title, Object.keys(paths)]).toEqual(['Both', ['/f', '/g']])
  })

  test('refuses a service that SQL could not name', async () => {
    const options = { functions: [F], openApi: { service: 'my service' } }
    await expect(app().register(serviceFunctions, options).ready()).rejects.toThrow('my service')
  })
})
