import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkSpecs } from './check-specs.ts'
import { loadConfig, type Workload } from './config.ts'

let folder: string
let workloads: readonly Workload[]

beforeAll(async () => {
  workloads = (await loadConfig({ options: {} })).workloads
  folder = await mkdtemp(join(tmpdir(), 'spcs-specs-'))
})
afterAll(() => rm(folder, { recursive: true }))

describe('checkSpecs()', () => {
  test('takes the specifications of this project', async () => {
    await expect(checkSpecs(workloads)).resolves.toBeUndefined()
  })

  test('names the file and each mistake with its line', async () => {
    const path = join(folder, 'bad.yaml')
    await writeFile(path, 'spec:\n  containers:\n    - name: api\n      imag: "{{ image }}"\n')
    const spec = pathToFileURL(path).href
    const check = checkSpecs(workloads.map((workload) => ({ ...workload, spec })))
    await expect(check).rejects.toMatchObject({
      code: 'SPEC_INVALID',
      message: expect.stringMatching(/bad\.yaml.*line 4.*Did you mean 'image'/s),
    })
  })
})
