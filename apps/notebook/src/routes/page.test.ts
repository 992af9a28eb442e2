import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { ALICE, testApp } from '../testing/test-app.ts'

const INGRESS = { identity: { mode: 'ingress' } } as const

function web(): string {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'assets'))
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Notebook</title>')
  writeFileSync(join(folder, 'icon.svg'), '<svg/>')
  writeFileSync(join(folder, 'assets/main-abc.js'), 'export {}')
  writeFileSync(join(folder, 'assets/.secret'), 'secret')
  writeFileSync(join(folder, '../outside.js'), 'secret')
  return folder
}

describe('the page', () => {
  test('comes with a policy that runs no inline script and loads nothing from elsewhere', async () => {
    const { app } = testApp(INGRESS, { webDirectory: web() })
    const { headers, body } = await app.inject({ url: '/', headers: ALICE })
    expect(body).toContain('<title>Notebook</title>')
    expect(headers).toMatchObject({
      'content-type': expect.stringMatching(/^text\/html/),
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; " +
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; " +
        "frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    })
  })

  test('has its files beside it, and no others', async () => {
    const { app } = testApp(INGRESS, { webDirectory: web() })
    const get = (url: string): Promise<{ statusCode: number; headers: object }> =>
      app.inject({ url, headers: ALICE })
    expect(await get('/assets/main-abc.js')).toMatchObject({
      statusCode: 200,
      headers: {
        'content-type': expect.stringMatching(/javascript/),
        'cache-control': 'private, max-age=31536000, immutable',
      },
    })
    expect(await get('/icon.svg')).toMatchObject({ statusCode: 200 })
    for (const url of [
      '/assets/nothing.js',
      '/assets/.secret',
      '/assets/../../outside.js',
      '/assets/%2e%2e/%2e%2e/outside.js',
      '/assets/..%2f..%2foutside.js',
      '/index.html',
      '/assets/',
    ]) {
      const { statusCode } = await get(url)
      expect([url, statusCode >= 400]).toEqual([url, true])
    }
  })

  test('says how it is built where it is not', async () => {
    const { app } = testApp(INGRESS, { webDirectory: undefined })
    const { statusCode, body } = await app.inject({ url: '/', headers: ALICE })
    expect(statusCode).toBe(200)
    expect(body).toMatch(/npm run build:web -w @spcs\/notebook|<div id="root">/)
  })
})

describe('every error', () => {
  test('is JSON of one shape that no browser takes for a page (CVE-2015-4706, CVE-2015-4707)', async () => {
    const { app } = testApp(INGRESS)
    const evil = '<script>alert(1)</script>'
    for (const [url, status] of [
      [`/nowhere/${encodeURIComponent(evil)}`, 404],
      [`/api/files?path=${encodeURIComponent(`../${evil}`)}`, 403],
      ['/%zz', 400],
      ['/api/files/content', 400],
    ] as const) {
      const { statusCode, headers, body } = await app.inject({ url, headers: ALICE })
      expect([url, statusCode]).toEqual([url, status])
      expect(headers['content-type']).toMatch(/^application\/json/)
      expect(headers['x-content-type-options']).toBe('nosniff')
      expect(Object.keys(JSON.parse(body))).toEqual(expect.arrayContaining(['error', 'code']))
      expect(body).not.toContain(evil)
    }
  })
})

describe('GET /output-frame', () => {
  test('is in a sandbox of its own; scripts of an output run only where they are asked for (CVE-2026-44727, CVE-2018-19351)', async () => {
    const { app } = testApp(INGRESS)
    const policyOf = async (url: string): Promise<string> => {
      const { headers, statusCode } = await app.inject({ url, headers: ALICE })
      expect(statusCode).toBe(200)
      return String(headers['content-security-policy'])
    }
    expect(await policyOf('/output-frame?scripts=1')).toBe(
      "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; " +
        "style-src 'unsafe-inline'; img-src data: blob:; font-src data:; connect-src 'none'; " +
        "frame-ancestors 'self'",
    )
    const plain = await policyOf('/output-frame')
    expect(plain).toMatch(
      /^sandbox allow-scripts; default-src 'none'; script-src 'sha256-[\w+/=]+';/,
    )
    expect(plain).not.toMatch(/script-src[^;]*unsafe|allow-same-origin/)
  })
})
