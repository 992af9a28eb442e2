import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RESULT_MIME, type ResultBundle } from '../results/result.ts'
import { plainText, shown, TestKernel } from './testing/kernel-run.ts'

let kernel: TestKernel
let results: string
beforeAll(async () => {
  results = await mkdtemp(join(tmpdir(), 'spcs-kernel-test-'))
  kernel = await TestKernel.start({ resultsDirectory: results })
})
afterAll(async () => {
  await kernel.close()
  await rm(results, { recursive: true, force: true })
})

describe('packages of the kernel', () => {
  test('are imported without being installed', async () => {
    const run = await kernel.run(
      `import { connect } from '@spcs/session'
       import { quoteIdentifier } from '@spcs/sql'
       import { isDataFrame } from '@spcs/dataframe'
       ;[typeof connect, quoteIdentifier('a'), isDataFrame(session.table('t'))]`,
    )
    expect(plainText(run.error?.traceback.join('\n') ?? '')).toBe('')
    expect(shown(run)).toBe(`[ 'function', '"a"', true ]`)
  })

  test("give way to one that is in the notebook's folder", async () => {
    const folder = join(kernel.directory, 'node_modules', '@spcs', 'sql')
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'package.json'), '{"name":"@spcs/sql","exports":"./own.mjs"}')
    await writeFile(join(folder, 'own.mjs'), 'export const isTheirs = true')
    expect(shown(await kernel.run('(await import("@spcs/sql")).isTheirs'))).toBe('true')
  })
})

describe('what cells show', () => {
  test('is the drawing of Observable Plot', async () => {
    const run = await kernel.run(
      `import * as Plot from '@observablehq/plot'
       Plot.plot({ marks: [Plot.dot([[1, 2], [3, 4]], { fill: 'currentColor' })] })`,
    )
    expect(plainText(run.error?.traceback.join('\n') ?? '')).toBe('')
    expect(run.result?.['image/svg+xml']).toMatch(/^<svg [^]*<circle cx="[\d.]+"[^]*<\/svg>$/)
  })

  test('is a chart for what is a Vega-Lite specification, or makes one', async () => {
    const schema = 'https://vega.github.io/schema/vega-lite/v6.json'
    const made = `{ toSpec: () => ({ $schema: '${schema}', mark: 'bar' }) }`
    expect((await kernel.run(`(${made})`)).result).toMatchObject({
      'application/vnd.vegalite.v6+json': { mark: 'bar' },
    })
    const [first] = (await kernel.run('display.vegaLite({ mark: "line" })')).displays
    expect(first?.data['application/vnd.vegalite.v6+json']).toEqual({ mark: 'line' })
  })

  test('is a grid for display.table()', async () => {
    const run = await kernel.run(
      'display.table([{ city: "Oslo \\ud800", at: 1.5 }, { city: null, at: 2, more: { a: 1 } }])',
    )
    const bundle = run.displays[0]?.data[RESULT_MIME] as ResultBundle
    expect(bundle).toMatchObject({ queryId: null, rowCount: 2 })
    expect(bundle.columns.map(({ name, type }) => [name, type])).toEqual([
      ['city', 'VARCHAR'],
      ['at', 'FLOAT'],
      ['more', 'VARIANT'],
    ])
    expect(await readFile(join(results, `${bundle.resultId}.rows`), 'utf8')).toBe(
      '["Oslo \ufffd","1.5",null]\n[null,"2.0","{\\"a\\":1}"]\n',
    )
    expect((await kernel.run('display.table("rows")')).error?.name).toBe(
      'CellError [TABLE_INVALID]',
    )
  })
})
