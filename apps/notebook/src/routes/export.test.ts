import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { printNotebook } from '../notebook/ipynb.ts'
import { emptyCell } from '../notebook/apply-operation.ts'
import { KernelTerminals } from '../terminal/kernel-terminals.ts'
import { ALICE, CHANGE, testApp, type TestApp } from '../testing/test-app.ts'
import { openNotebooks } from './open-notebooks.ts'

const HEADERS = { ...ALICE, ...CHANGE }

function served(): TestApp {
  const { config } = testApp({ identity: { mode: 'ingress' } })
  const notebooks = openNotebooks(config, new KernelTerminals())
  return testApp(config, { notebooks })
}

describe('GET /api/notebooks/export', () => {
  test.each([
    ['mts', 'const a = 1'],
    ['md', '```ts\nconst a = 1'],
    ['html', '<span class="tok-keyword">const</span>'],
  ])('gives .%s as an attachment that nothing opens (CVE-2026-44727)', async (format, part) => {
    const { app, config } = served()
    mkdirSync(join(config.directory, 'ä'))
    const notebook = { cells: [emptyCell('a', 'typescript', 'const a = 1')], metadata: {} }
    writeFileSync(join(config.directory, 'ä/"b".ipynb'), printNotebook({ notebook, besides: {} }))
    const path = encodeURIComponent('ä/"b".ipynb')
    const url = `/api/notebooks/export?path=${path}&format=${format}`
    const response = await app.inject({ url, headers: ALICE })
    expect(response.statusCode).toBe(200)
    expect(response.body).toContain(part)
    expect(response.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename="_b_.${format}"; filename*=UTF-8''%22b%22.${format}`,
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
    })
  })

  test('an HTML document has the images that stand beside the notebook', async () => {
    const { app, config } = served()
    const png = Buffer.from('\u0089PNG\r\n\u001a\n', 'latin1')
    writeFileSync(join(config.directory, 'a b.png'), png)
    const text = '[![Plot](<a b.png>)](https://a.test) ![Gone](gone.png)'
    const notebook = { cells: [emptyCell('a', 'markdown', text)], metadata: {} }
    writeFileSync(join(config.directory, 'a.ipynb'), printNotebook({ notebook, besides: {} }))
    const url = '/api/notebooks/export?path=a.ipynb&format=html'
    const { body } = await app.inject({ url, headers: ALICE })
    expect(body).toContain(`<img src="data:image/png;base64,${png.toString('base64')}" alt="Plot">`)
    expect(body).toContain('[image: Gone]')
  })

  test('refuses other formats, paths that lead out and what is no notebook', async () => {
    const { app, config } = served()
    writeFileSync(join(config.directory, 'broken.ipynb'), '{')
    const status = async (path: string, format: string): Promise<number> => {
      const url = `/api/notebooks/export?path=${encodeURIComponent(path)}&format=${format}`
      return (await app.inject({ url, headers: ALICE })).statusCode
    }
    expect(await status('a.ipynb', 'pdf')).toBe(400)
    expect(await status('../a.ipynb', 'mts')).toBe(403)
    expect(await status('a.txt', 'mts')).toBe(403)
    expect(await status('none.ipynb', 'mts')).toBe(404)
    expect(await status('broken.ipynb', 'mts')).toBe(422)
  })
})

describe('POST /api/notebooks/import', () => {
  test('makes a notebook beside the file, which stays as it is', async () => {
    const { app, config } = served()
    mkdirSync(join(config.directory, 'in'))
    writeFileSync(join(config.directory, 'in/a.src.md'), '# Title\n\n```py\nx\n```\n')
    const ask = async (path: string): Promise<unknown> => {
      const url = '/api/notebooks/import'
      const response = await app.inject({
        method: 'POST',
        url,
        headers: HEADERS,
        payload: { path },
      })
      return [response.statusCode, response.json()]
    }
    const conversions = [{ cellId: 'cell-2', number: 2, text: expect.stringMatching(/Python/) }]
    expect(await ask('in/a.src.md')).toEqual([201, { path: 'in/a.ipynb', conversions }])
    expect(await ask('in/a.src.md')).toEqual([201, { path: 'in/a 2.ipynb', conversions }])
    expect(readFileSync(join(config.directory, 'in/a.src.md'), 'utf8')).toContain('# Title')
    expect(await ask('in/none.md')).toMatchObject([404, { code: 'FILE_MISSING' }])
    expect(await ask('in')).toMatchObject([409, { code: 'FILE_KIND_WRONG' }])
    expect(await ask('../a.md')).toMatchObject([403, { code: 'PATH_REFUSED' }])
    writeFileSync(join(config.directory, 'a.py'), 'x')
    expect(await ask('a.py')).toMatchObject([415, { code: 'IMPORT_REFUSED' }])
    expect(readdirSync(join(config.directory, 'in'))).toHaveLength(3)
  })
})
