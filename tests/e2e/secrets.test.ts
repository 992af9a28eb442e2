import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { LocalService } from '../services/local-service.ts'

/** A service function: the text of a file, or the value of a variable. */
const TELLER = `
  const { readFileSync } = require('node:fs')
  const tell = (name) => (name.startsWith('/') ? readFileSync(name, 'utf8') : process.env[name])
  require('node:http')
    .createServer(async (request, response) => {
      const { data } = JSON.parse(Buffer.concat(await request.toArray()).toString())
      console.log('asked for', data[0][1])
      response.end(JSON.stringify({ data: data.map(([row, name]) => [row, tell(name)]) }))
    })
    .listen(8080)`

test('a secret is found in its container, in the closed catalog, and nowhere else', async () => {
  const canary = `canary-${randomUUID()}`
  const logged: unknown[] = []
  const log = (fields: object, message: string): void => void logged.push(fields, message)
  const directory = mkdtempSync(join(tmpdir(), 'spcs-secrets-'))
  await using service = await LocalService.start({
    directory,
    log: { debug: log, info: log, warn: log, error: log },
  })
  const image = await service.push('1', TELLER)
  await service.session.execute(
    `CREATE SECRET KEY TYPE = GENERIC_STRING SECRET_STRING = '${canary}'`,
  )
  await service.session.execute(
    `CREATE SECRET LOGIN TYPE = PASSWORD USERNAME = 'svc' PASSWORD = '${canary}-before'`,
  )
  await service.session.execute(`CREATE SERVICE S IN COMPUTE POOL POOL FROM SPECIFICATION $$
spec:
  containers:
  - name: teller
    image: ${image}
    secrets:
    - { snowflakeSecret: key, envVarName: KEY, secretKeyRef: secret_string }
    - { snowflakeSecret: login, directoryPath: /secrets }
  endpoints: [{ name: api, port: 8080 }]$$`)
  await service.session.execute(
    "CREATE FUNCTION TELL(NAME TEXT) RETURNS TEXT SERVICE = S ENDPOINT = api AS '/'",
  )
  const tell = async (name: string): Promise<unknown> => {
    const [row] = await service.show(`SELECT TELL('${name}') AS TOLD`)
    return row?.['TOLD']
  }
  expect(await tell('KEY')).toBe(canary)
  expect(await tell('/secrets/password')).toBe(`${canary}-before`)
  await service.session.execute(`ALTER SECRET LOGIN SET PASSWORD = '${canary}'`)
  expect(await tell('/secrets/password')).toBe(canary)

  const told: unknown[] = []
  for (const sql of [
    `CREATE SECRET A TYPE = GENERIC_STRING SECRET_STRING = '${canary}' '${canary}'`,
    `CREATE SECRET A TYPE = OAUTH2 SECRET_STRING = '${canary}'`,
    `CREATE SECRET KEY TYPE = GENERIC_STRING SECRET_STRING = '${canary}'`,
    `ALTER SECRET KEY SET SECRET_STRING = '${canary}`,
    `ALTER SECRET NONE SET PASSWORD = '${canary}'`,
    `CREATE SECRT A TYPE = GENERIC_STRING SECRET_STRING = '${canary}'`,
    `ALTER SECRT A SET PASSWORD = '${canary}'`,
  ]) {
    const error = await service.session.execute(sql).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(Error)
    told.push((error as Error).message)
  }
  for (const sql of [
    'SHOW SECRETS',
    'DESCRIBE SECRET KEY',
    'DESCRIBE SECRET LOGIN',
    'SHOW GRANTS ON SECRET KEY',
    'DESCRIBE SERVICE S',
    'SHOW SERVICE CONTAINERS IN SERVICE S',
    "SELECT SYSTEM$GET_SERVICE_LOGS('S', 0, 'teller')",
  ]) {
    told.push(await service.show(sql))
  }
  told.push(logged, execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }))
  expect(JSON.stringify(told)).toContain('asked for')
  expect(JSON.stringify(told)).not.toContain(canary)

  const found = filesBelow(directory).filter((file) => readFileSync(file).includes(canary))
  const shown = found.map((file) => file.slice(directory.length).replace(/s[0-9a-z]+-0/, 'ID-0'))
  expect(shown.toSorted()).toEqual(['/catalog.json', '/run/ID-0/secrets/teller-1/password'])
  expect(statSync(join(directory, 'catalog.json')).mode & 0o777).toBe(0o600)
  await service.session.execute('DROP SERVICE S')
  await expect.poll(() => readdirSync(join(directory, 'run'))).toEqual([])
})

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}
