import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text as readText } from 'node:stream/consumers'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { NOTHING, planDeploy } from '@spcs/deploy'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describeEnvironment, findEnvironment } from './describe-environment.ts'
import { desiredWorkloads } from './desired-workloads.ts'
import { importProject } from './import.ts'
import { resolveProject } from './import-project/resolve-project.ts'
import { readYaml } from './import-project/read-yaml.ts'
import { Output } from './output.ts'
import { Progress } from './progress.ts'

const FIXTURE = new URL('../tests/fixtures/import/', import.meta.url)
const PROJECT_FILE = fileURLToPath(new URL('snowflake.yml', FIXTURE))

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spcs-import-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** What the verb prints, and says on stderr. */
async function imported(
  file: string,
  options: Record<string, string | readonly string[]> = {},
): Promise<{ stdout: string; stderr: string }> {
  const out = new PassThrough({ encoding: 'utf8' })
  let stderr = ''
  await importProject.run({
    options,
    positionals: [file],
    progress: new Progress({ write: (line: string) => (stderr += line) }),
    output: new Output(false, out),
    signal: new AbortController().signal,
  })
  out.end()
  return { stdout: await readText(out), stderr }
}

describe('spcs import', () => {
  test('prints a configuration that is loaded, checked and planned', async () => {
    const output = join(folder, 'spcs.config.ts')
    const { stdout, stderr } = await imported(PROJECT_FILE, { output })
    expect(stdout).toBe(`${output}\n`)
    const module = (await import(/* @vite-ignore */ pathToFileURL(output).href)) as {
      default: unknown
    }
    const config = await describeEnvironment(findEnvironment(module.default, undefined), FIXTURE)
    expect(config).toMatchObject({
      role: 'DEPLOYER',
      database: 'SHOP_DB',
      schema: 'APP',
      warehouse: 'SHOP_WH',
      imageRepository: 'shop_db.app.images',
      objects: {
        computePools: [
          {
            name: 'shop_pool',
            minNodes: 1,
            maxNodes: 2,
            instanceFamily: 'CPU_X64_XS',
            autoResume: true,
            initiallySuspended: false,
            autoSuspendSecs: 600,
            comment: "It's small",
          },
        ],
        stages: [{ name: 'shop_db.app.specs' }],
      },
      existing: {
        computePools: ['shared_pool'],
        imageRepositories: ['TOOLS.PUBLIC.SHARED'],
        externalAccessIntegrations: ['maps_eai', 'payments_eai'],
      },
      workloads: [
        {
          name: 'site',
          port: 8000,
          spec: 'web.yaml',
          service: 'shop_db.app.web',
          computePool: 'shop_pool',
          minInstances: 1,
          maxInstances: 2,
          autoSuspendSecs: 0,
          queryWarehouse: 'shop_wh',
          externalAccessIntegrations: ['maps_eai', 'payments_eai'],
          comment: 'Says "hello"',
        },
        { name: 'worker', spec: 'worker.yaml', service: 'shop_db.app.worker' },
      ],
    })
    expect(config.workloads[1]).not.toHaveProperty('externalAccessIntegrations')
    const steps = planDeploy(config.objects, NOTHING)
    expect(steps.map(({ object }) => object)).toContain('compute pool SHOP_POOL')

    const specs = {
      ...config,
      workloads: config.workloads.map((workload) => ({
        ...workload,
        spec: new URL(workload.spec, FIXTURE).href,
      })),
    }
    const services = planDeploy(await desiredWorkloads(specs, new Map()), NOTHING)
    const sql = services.map((step) => step.sql ?? '').join('\n')
    expect(sql).toContain(
      'CREATE SERVICE IF NOT EXISTS SHOP_DB.APP.WORKER IN COMPUTE POOL SHARED_POOL',
    )
    expect(sql).not.toContain('USING')

    const notes = [
      'compute-pool "pool" has tags: [{"name":"team","value":"web"}]',
      'service "web" has secrets.key: "shop_db.app.key"',
      'service "web" puts data/prices.csv on its stage',
      'streamlit "page" is skipped: spcs deploys no streamlit',
    ]
    const text = await readFile(output, 'utf8')
    for (const note of notes) {
      expect(stderr).toContain(`Not taken over: ${note}`)
      expect(text).toContain(`// - ${note}\n`)
    }
    expect(text).toContain('comment: \'Says "hello"\'')
  })

  test('prints to stdout without --output, and never over a file', async () => {
    const { stdout } = await imported(PROJECT_FILE)
    expect(stdout).toContain("from './scripts/config.ts'")
    const output = join(folder, 'taken.ts')
    await writeFile(output, 'mine')
    await expect(imported(PROJECT_FILE, { output })).rejects.toMatchObject({ code: 'USAGE' })
    expect(await readFile(output, 'utf8')).toBe('mine')
  })

  test('takes --env before the variables of the process, and both before the file', async () => {
    expect((await imported(PROJECT_FILE, { env: ['prefix=mall'] })).stdout).toContain('mall_pool')
  })

  test('asks for what the file does not say', async () => {
    const file = join(folder, 'snowflake.yml')
    await writeFile(
      file,
      'definition_version: 2\nentities:\n  p: { type: compute-pool, instance_family: F }\n',
    )
    await expect(imported(file)).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('it names no database, no warehouse, no role'),
      hint: expect.stringContaining('--database NAME --warehouse NAME --role NAME'),
    })
    const place = { database: 'D', warehouse: 'W', role: 'R' }
    const { stdout } = await imported(file, place)
    expect(stdout).toContain("computePools: [{ name: 'p', minNodes: 1, maxNodes: 1")
    expect(stdout).toContain("imageRepositories: [{ name: 'D.PUBLIC.IMAGES' }]")
  })

  test.each([
    ['definition_version: 1.1\nentities: {}', 'definition_version is 1.1, not 2'],
    [
      'definition_version: 2\nentities: { p: { type: compute-pool } }',
      'instance_family is not text',
    ],
    [
      'definition_version: 2\nentities: { p: { type: compute-pool, instance_family: F, min_nodes: many } }',
      'min_nodes is not a whole number',
    ],
    ['definition_version: 2\nentities: [', 'at line 2'],
  ])('refuses %j', async (text, state) => {
    const file = join(folder, 'wrong.yml')
    await writeFile(file, text)
    const place = { database: 'D', warehouse: 'W', role: 'R' }
    await expect(imported(file, place)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(state),
    })
  })
})

describe('resolveProject()', () => {
  const resolve = (entity: string, rest = '', variables = {}): unknown =>
    resolveProject(
      readYaml(
        `definition_version: "2"\n${rest}\nentities:\n  a: ${entity}\n  b: { type: t, identifier: { name: n, schema: s } }`,
        'f',
      ),
      variables,
    )['a']

  test('joins mixins in their order, and the entity on top', () => {
    const mixins = 'mixins: { m: { l: [1, 2], t: { x: 1, y: 1 }, v: 1 }, n: { l: [3], v: 2 } }'
    expect(
      resolve('{ meta: { use_mixins: [m, n] }, l: [2, 4], t: { y: 2 } }', mixins),
    ).toMatchObject({
      l: [1, 2, 3, 4],
      t: { x: 1, y: 2 },
      v: 2,
    })
  })

  test.each([
    ['"<% ctx.env.x %>!"', 'env: { x: 7 }', {}, '7!'],
    ['"<% ctx.env.x %>"', 'env: { x: 7 }', { x: '8' }, '8'],
    ['<% ctx.entities.b.identifier %>', '', {}, 's.n'],
    ['<% ctx.entities.a.identifier %>', '', {}, 'a'],
    ['<% ctx.env.x %>', 'env: { x: <% ctx.env.y %>, y: z }', {}, 'z'],
  ])('fills in %s with %j', (template, rest, variables, text) => {
    expect(resolve(`{ f: ${template} }`, rest, variables)).toMatchObject({ f: text })
  })

  test.each([
    ['<% ctx.env.x %>', '', '<% ctx.env.x %> has no value'],
    ['<% fn.concat_ids(ctx.env.x) %>', '', 'is more than a value of ctx'],
    ['<% ctx.env.x %>', 'env: { x: <% ctx.env.x %> }', '<% ctx.env.x %> needs itself'],
  ])('refuses %s with %j', (template, rest, state) => {
    expect(() => resolve(`{ f: ${template} }`, rest)).toThrow(state)
  })
})
