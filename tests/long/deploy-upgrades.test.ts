import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rollBackToPrevious } from '@spcs/deploy'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DeployProject } from '../e2e/deploy-project.ts'

const DB = 'CONTAINER_HOL_DB'
const SERVICE = `${DB}.PUBLIC.CONVERT_API`

let project: DeployProject
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spcs-deploy-'))
  project = await DeployProject.start()
  await project.deploy()
})
afterAll(async () => {
  await project[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

/** Gives convert-api another specification: the text of the file, changed. */
async function changeSpecification(change: (text: string) => string): Promise<void> {
  const text = await readFile(new URL('../../specs/convert-api.yaml', import.meta.url), 'utf8')
  const spec = join(folder, `${Math.random()}.yaml`)
  await writeFile(spec, change(text))
  const workloads = project.config.workloads.map((workload) => ({ ...workload, spec }))
  project.config = { ...project.config, workloads }
}

async function convertTwelve(): Promise<unknown> {
  return (await project.session.execute('SELECT CONVERT_UDF(12)')).rows[0]?.[0]
}

describe('spcs deploy', () => {
  test('refuses what would lose something, before it does anything', async () => {
    await project.run(
      `CREATE COMPUTE POOL OTHER_POOL MIN_NODES = 1 MAX_NODES = 1 INSTANCE_FAMILY = CPU_X64_XS`,
      `DROP SERVICE ${SERVICE}`,
      `CREATE SERVICE ${SERVICE} IN COMPUTE POOL OTHER_POOL FROM SPECIFICATION $$spec: { containers: [{ name: a, image: ${await imageOf()} }] }$$`,
    )
    project.statements.splice(0)
    await expect(project.deploy()).rejects.toMatchObject({
      code: 'PLAN_DESTRUCTIVE',
      hint: expect.stringContaining(`--allow-recreate ${SERVICE}`),
    })
    expect(project.changing()).toEqual([])
    await project.deploy({ 'allow-recreate': [SERVICE] })
    expect(await project.plan()).toEqual([])
    expect(await convertTwelve()).toBe(53.6)
  })

  test('goes back to what ran before when an upgrade fails, and says why', async () => {
    const before = await project.wantedFile()
    const { config } = project
    await changeSpecification((text) => text.replace('path: /healthcheck', 'path: /nowhere'))
    await changeSpecification((text) =>
      text.replace('resources:', 'env: { PORT: none }\n      resources:'),
    )
    await expect(project.deploy()).rejects.toMatchObject({
      code: 'UPGRADE_ROLLED_BACK',
      message: expect.stringContaining(`it runs ${before} again`),
      cause: { code: expect.stringMatching(/^SERVICE_FAILED|CONTAINER_CRASHING$/) },
    })
    expect(await convertTwelve()).toBe(53.6)
    expect(await project.plan()).toContain('containers.convert-api.env.PORT unset → none')
    project.config = config
    await project.deploy()
    expect(await project.plan()).toEqual([])
  })

  test('leaves a service that fails as it is when it is told to, and mends it the next time', async () => {
    const { config } = project
    await changeSpecification((text) =>
      text.replace('resources:', 'env: { PORT: nothing }\n      resources:'),
    )
    await expect(project.deploy({ 'no-rollback': true })).rejects.toMatchObject({
      code: expect.stringMatching(/^SERVICE_FAILED|CONTAINER_CRASHING$/),
    })
    project.config = config
    expect(await project.plan()).toContain('containers.convert-api.env.PORT nothing → unset')
    await project.deploy()
    expect(await project.plan()).toEqual([])
  })

  test('is undone by a rollback, and that by another one', async () => {
    const before = await project.wantedFile()
    await changeSpecification((text) => text.replace('memory: 512Mi', 'memory: 1Gi'))
    expect(await project.plan()).toContain(
      'containers.convert-api.resources.limits.memory 512Mi → 1Gi',
    )
    await project.deploy()
    const after = await project.wantedFile()
    expect(await rollBackToPrevious(project.session, SERVICE)).toMatchObject({ file: before })
    expect(await project.plan()).toContain(
      'containers.convert-api.resources.limits.memory 512Mi → 1Gi',
    )
    expect(await rollBackToPrevious(project.session, SERVICE)).toMatchObject({ file: after })
    expect(await project.plan()).toEqual([])
  })

  test('lets one deploy at a time work', async () => {
    await project.run(`ALTER SERVICE ${SERVICE} SET COMMENT = 'mine'`)
    const attempts = await Promise.allSettled([project.deploy(), project.deploy()])
    const codes = attempts.map((one) => (one.status === 'rejected' ? one.reason.code : 'done'))
    expect(new Set(codes)).toEqual(new Set(['DEPLOY_LOCKED', 'done']))
    expect(await project.plan()).toEqual([])
  })
})

/** The image that convert-api runs. */
async function imageOf(): Promise<string> {
  const { rows } = await project.session.execute(
    `SHOW IMAGES IN IMAGE REPOSITORY ${DB}.PUBLIC.IMAGE_REPO`,
  )
  return `/${String(rows[0]?.[4])}`
}
