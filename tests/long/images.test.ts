import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import {
  buildImage,
  checkPinned,
  type Image,
  loadDockerImage,
  type PushedImage,
  pushImage,
  readBlob,
  waitForService,
} from '@spcs/deploy'
import { connect, type Session } from '@spcs/session'
import { describe, expect, test } from 'vitest'
import { SpcsProcess } from '../e2e/spcs-process.ts'
import { Container, docker, noEngine, temporaryFolder } from './docker-engine.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const BASE = 'node:24-bookworm-slim'

/** `spcs` with words, to its end; what it printed. */
async function spcs(...words: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  await using run = new SpcsProcess(words)
  if ((await run.exitCode()) !== 0) throw new Error(run.stderr)
  return run
}

/** The base image as a public registry would have it, but in the account's own. */
async function pushBase(session: Session, url: string, cacheDirectory: string): Promise<string> {
  const image = await loadDockerImage(BASE, { name: 'node', cacheDirectory })
  const credentials = session.registryCredentials(url)
  await pushImage(image, { repositoryUrl: url, credentials, tag: '24-bookworm-slim' })
  return `/${url.split('/').slice(1).join('/')}/${BASE}`
}

describe.skipIf(noEngine !== undefined)(`spcs images --base (${noEngine ?? 'Docker'})`, () => {
  test('puts apps on a base out of a registry; they run in an engine and in the local account', async () => {
    await using folder = await temporaryFolder()
    const directory = ['--directory', join(folder.path, 'state')]
    await using account = new SpcsProcess(['local', '--port', '0', '--json', ...directory])
    const [text] = await account.prints(/^\{[\s\S]*^\}$/m)
    const { accessUrl, account: name, user, password } = JSON.parse(text) as Record<string, string>
    await spcs('setup', ...directory)
    const place = { role: 'CONTAINER_USER_ROLE', database: 'CONTAINER_HOL_DB', schema: 'PUBLIC' }
    await using session = await connect({ accessUrl, account: name, user, password, ...place })
    const { host } = new URL(accessUrl ?? '')
    const url = `${host}/container_hol_db/public/image_repo`
    const base = await pushBase(session, url, join(folder.path, 'cache'))

    const first = await spcs('images', '--base', base, '--json', ...directory)
    const pushed = JSON.parse(first.stdout) as Record<string, PushedImage>
    // The registry has the base already: only the apps go there.
    expect(pushed['convert-api']?.sentBytes).toBeLessThan(2_000_000)
    const again = await spcs('images', '--base', base, '--json', ...directory)
    expect(JSON.parse(again.stdout)).toMatchObject({
      'convert-api': { sentBytes: 0, digest: pushed['convert-api']?.digest },
      notebook: { sentBytes: 0, digest: pushed['notebook']?.digest },
    })

    await runInEngine(session, url, pushed, folder.path)
    await runInAccount(session, pushed['convert-api'])
  })
})

async function runInEngine(
  session: Session,
  url: string,
  pushed: Readonly<Record<string, PushedImage>>,
  folder: string,
): Promise<void> {
  const credentials = session.registryCredentials(url)
  const { host } = credentials
  const auth = Buffer.from(`${credentials.user}:${await credentials.token()}`).toString('base64')
  const auths = { [host]: { auth } }
  await writeFile(join(folder, 'config.json'), JSON.stringify({ auths }))
  const readOnly = ['--read-only', '--tmpfs', '/tmp', '--cap-drop', 'ALL']
  for (const [name, port, path, options] of [
    ['convert-api', 9090, '/healthcheck', ['--env', 'HOST=0.0.0.0']],
    ['notebook', 8888, '/health', ['--env', 'HOST=0.0.0.0', '--tmpfs', '/home/node:uid=1000']],
  ] as const) {
    const reference = `${host}${pushed[name]?.reference}`
    await docker('--config', folder, 'pull', '--quiet', reference)
    try {
      const published = ['--publish', `127.0.0.1::${port}`]
      await using container = await Container.run(...readOnly, ...published, ...options, reference)
      await container.answers(port, path)
      expect(await docker('exec', container.id, 'id', '-un')).toBe('node')
      const [ms, exitCode] = await container.stop()
      expect(exitCode).toBe(0)
      expect(ms).toBeLessThan(5000)
    } finally {
      await docker('rmi', '--force', reference)
    }
  }
}

async function runInAccount(session: Session, image: PushedImage | undefined): Promise<void> {
  if (image === undefined) throw new Error('nothing was pushed')
  const specification = [
    'spec:',
    '  containers:',
    '    - name: api',
    `      image: ${image.reference}`,
    '      readinessProbe: { port: 9090, path: /healthcheck }',
    '      resources: { requests: { cpu: 0.1, memory: 64Mi } }',
  ].join('\n')
  await session.execute(
    `CREATE SERVICE API IN COMPUTE POOL CONTAINER_HOL_POOL FROM SPECIFICATION $$${specification}$$`,
  )
  await waitForService(session, 'CONTAINER_HOL_DB.PUBLIC.API')
  await checkPinned(session, 'CONTAINER_HOL_DB.PUBLIC.API', image)
  const other = { ...image, digest: `sha256:${'0'.repeat(64)}` }
  await expect(checkPinned(session, 'CONTAINER_HOL_DB.PUBLIC.API', other)).rejects.toMatchObject({
    code: 'IMAGE_NOT_PINNED',
  })
}

describe('buildImage() for another platform than this machine', () => {
  test('has the native parts of that one', async () => {
    await using folder = await temporaryFolder()
    const other = process.arch === 'arm64' ? 'amd64' : 'arm64'
    const image = await buildImage({
      name: 'foreign',
      entryPoint: join(ROOT, 'apps/notebook/src/kernel/child/main.ts'),
      external: ['oxc-parser', 'oxc-transform', 'esbuild', '@lydell/node-pty', '@duckdb/node-api'],
      platform: `linux/${other}`,
      cacheDirectory: folder.path,
    })
    const names = await packedNames(image, folder.path)
    const cpu = other === 'amd64' ? 'x64' : 'arm64'
    const builds = names.filter((name) => /-(?:x64|arm64)\b/.test(name))
    expect(builds).toEqual(builds.filter((name) => name.includes(`linux-${cpu}`)))
    expect(builds.length).toBeGreaterThanOrEqual(5)
  })
})

/** The packages in an image's lowest layer. */
async function packedNames(image: Image, folder: string): Promise<string[]> {
  const archive = join(folder, 'packages.tar.gz')
  const [layer] = image.layers
  await writeFile(archive, layer === undefined ? '' : await readBlob(layer))
  const { stdout } = await promisify(execFile)('tar', ['-tzf', archive])
  const names = stdout
    .split('\n')
    .map((path) => /^app\/node_modules\/(.*)\/package\.json$/.exec(path))
  return names.flatMap((match) => match?.[1] ?? [])
}
