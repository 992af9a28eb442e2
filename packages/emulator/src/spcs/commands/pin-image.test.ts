import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type ServiceAccount, serviceAccount, tinySpec } from '../testing/service-account.ts'

const CREATE = 'CREATE SERVICE tiny IN COMPUTE POOL pool FROM SPECIFICATION'

let account: ServiceAccount
beforeEach(async () => {
  account = serviceAccount()
  await account.run(
    'CREATE COMPUTE POOL pool MIN_NODES = 1 MAX_NODES = 1 INSTANCE_FAMILY = CPU_X64_XS',
  )
})
afterEach(() => account[Symbol.asyncDispose]())

describe('the image of a service', () => {
  const arm = { os: 'linux', architecture: 'arm64' }
  const docker = [{ created_by: 'COPY . .' }]
  const create = (): Promise<unknown> => account.run(`${CREATE} ${tinySpec()}`)
  const refusal = (architecture: string): string =>
    `Failed to retrieve image /db/public/image_repo/tiny:dev from the image repository : SPCS only supports image for ${architecture} architecture. Please rebuild your image with '--platform linux/${architecture}' option`

  test('is for the architecture of its pool', async () => {
    await account.push({ platform: arm, history: docker })
    await expect(create()).rejects.toThrow(refusal('amd64'))
    await account.run(
      'CREATE COMPUTE POOL arm MIN_NODES = 1 MAX_NODES = 1 INSTANCE_FAMILY = GEN_ARM_G1_2',
    )
    const onArm = (): Promise<unknown> =>
      account.run(`CREATE SERVICE on_arm IN COMPUTE POOL arm FROM SPECIFICATION ${tinySpec()}`)
    await onArm()
    await account.push({ history: docker })
    await create()
    await account.run('DROP SERVICE on_arm')
    await expect(onArm()).rejects.toThrow(refusal('arm64'))
    await account.push({ platform: arm, history: docker })
    const alter = `ALTER SERVICE tiny FROM SPECIFICATION ${tinySpec()}`
    await expect(account.run(alter)).rejects.toThrow(refusal('amd64'))
  })

  test('without a base is for the machine that it was made on', async () => {
    const platform = {
      os: process.platform,
      architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
    }
    await account.push({ platform })
    await create()
    await account.run('DROP SERVICE tiny')
    await account.push({ platform: { os: 'plan9', architecture: 'amd64' } })
    await expect(create()).rejects.toThrow(refusal('amd64'))
  })

  test('is looked for in an index by its platform', async () => {
    const { images, catalog } = account.account
    const repository = catalog.imageRepositories.get('DB.PUBLIC.IMAGE_REPO')
    const entry = async (platform: { os: string; architecture: string }) => {
      const digest = await account.push({ platform, history: docker })
      const { content } = (await images.maybeManifest(repository, 'tiny', digest)) ?? {}
      const mediaType = 'application/vnd.oci.image.manifest.v1+json'
      return { mediaType, digest, size: content?.length ?? 0, platform }
    }
    const put = async (...manifests: object[]): Promise<void> => {
      const mediaType = 'application/vnd.oci.image.index.v1+json'
      const content = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, manifests }))
      await images.putManifest(repository, 'tiny', 'dev', { mediaType, content })
    }
    const ofArm = await entry(arm)
    const ofIntel = await entry({ os: 'linux', architecture: 'amd64' })
    await put({ ...ofArm, platform: { os: 'unknown', architecture: 'unknown' } }, ofArm)
    await expect(create()).rejects.toThrow(refusal('amd64'))
    await put(ofArm, ofIntel)
    await create()
  })

  test.each([
    ['tiny:dev', 'tiny:none', '397012', 'There are the tags dev'],
    ['tiny:dev', 'other:dev', '397012', 'There is tiny in the repository'],
    ['image_repo/tiny', 'no_repo/tiny', '397007', 'the image repository does not exist'],
  ])('is named when %s is %s', async (right, wrong, code, message) => {
    const spec = tinySpec().replace(right, wrong)
    await account.push({})
    await expect(account.run(`${CREATE} ${spec}`)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message) as string,
    })
  })
})
