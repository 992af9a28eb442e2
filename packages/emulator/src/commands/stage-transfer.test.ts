import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Connection } from 'snowflake-sdk'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { connect, destroy, execute } from '../http/testing/driver.ts'
import { serve, type Served } from '../http/testing/serve.ts'
import { syntaxError } from '../snowflake-error.ts'
import { temporaryDirectory } from '../testing/test-account.ts'
import { runCommand } from './command.ts'
import { databaseCommands } from './database.ts'
import { stageTransferCommands } from './stage-transfer.ts'
import { stageCommands } from './stage.ts'

const commands = [databaseCommands, stageCommands, stageTransferCommands].flat()

let served: Served
let connection: Connection
let folder: string

beforeEach(async () => {
  folder = temporaryDirectory()
  served = await serve(
    {},
    {
      runStatement: async (text, context) => {
        const result = await runCommand(text, context, commands)
        if (result === undefined) throw syntaxError('unknown', 1, 1)
        return result
      },
    },
  )
  connection = await connect(served.url)
  await run('CREATE DATABASE hol')
  await run('CREATE STAGE specs')
})

afterEach(async () => {
  await destroy(connection)
  await served.close()
  rmSync(folder, { recursive: true })
})

const run = async (sql: string): Promise<Record<string, unknown>[]> =>
  (await execute(connection, sql)).rows

describe('PUT and GET by the real driver', () => {
  test('bring a file to the stage and back', async () => {
    writeFileSync(join(folder, 'convert-api.yaml'), 'spec: {}')
    const put = `PUT file://${folder}/convert-api.yaml @specs AUTO_COMPRESS=FALSE OVERWRITE=TRUE`
    expect(await run(put)).toMatchObject([{ target: 'convert-api.yaml', status: 'UPLOADED' }])
    expect(await run('LS @specs')).toMatchObject([{ name: 'specs/convert-api.yaml', size: 8 }])
    const out = join(folder, 'out')
    mkdirSync(out)
    expect(await run(`GET @specs file://${out}`)).toMatchObject([{ status: 'DOWNLOADED' }])
    expect(readFileSync(join(out, 'convert-api.yaml'), 'utf8')).toBe('spec: {}')
  })

  test('take many files by a pattern, into a folder, compressed unless told otherwise', async () => {
    for (const name of ['a.csv', 'b.csv', 'c.txt']) writeFileSync(join(folder, name), name)
    await run(`PUT file://${folder}/*.csv @specs/data`)
    const names = (await run('LIST @specs')).map((row) => row['name'])
    expect(names).toEqual(['specs/data/a.csv.gz', 'specs/data/b.csv.gz'])
    const out = join(folder, 'out')
    mkdirSync(out)
    await run(`GET @specs/data/a file://${out}/`)
    expect(readFileSync(join(out, 'a.csv.gz')).subarray(0, 2)).toEqual(Buffer.from([0x1f, 0x8b]))
  })

  test('leave a file alone that is there, unless told OVERWRITE', async () => {
    const file = join(folder, 'a.txt')
    writeFileSync(file, 'one')
    await run(`PUT file://${file} @specs AUTO_COMPRESS=FALSE`)
    writeFileSync(file, 'three')
    const again = await run(`PUT file://${file} @specs AUTO_COMPRESS=FALSE`)
    expect(again).toMatchObject([{ status: 'SKIPPED' }])
    expect(await run('LIST @specs')).toMatchObject([{ size: 3 }])
  })

  test('take a name with a space in quotes', async () => {
    writeFileSync(join(folder, 'my file.txt'), 'hello')
    await run(`PUT 'file://${folder}/my file.txt' '@specs/a folder' AUTO_COMPRESS=FALSE`)
    expect(await run('LIST @specs')).toMatchObject([{ name: 'specs/a folder/my file.txt' }])
  })

  test('take SOURCE_COMPRESSION=NONE, which the Node driver itself could not', async () => {
    const file = join(folder, 'plain.txt')
    writeFileSync(file, 'plain')
    await run(`PUT file://${file} @specs SOURCE_COMPRESSION=NONE AUTO_COMPRESS=FALSE`)
    expect(await run('LIST @specs')).toMatchObject([{ name: 'specs/plain.txt', size: 5 }])
  })
})
