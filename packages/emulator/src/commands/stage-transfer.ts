import type { StatementContext } from '../account.ts'
import { requirePrivilege } from '../access-control.ts'
import type { Stage } from '../catalog/objects.ts'
import type { StageFile } from '../catalog/stage-files.ts'
import { resolveStageLocation } from '../catalog/stage-location.ts'
import { invalidProperty, SnowflakeError } from '../snowflake-error.ts'
import type { TokenReader } from '../sql/token-reader.ts'
import {
  numberColumn,
  STATEMENT_TYPE,
  type StatementResult,
  tableResult,
  textColumn,
} from '../statement-result.ts'
import type { Command } from './command.ts'
import { securableOf } from './stage.ts'

export const stageTransferCommands: readonly Command[] = [
  { syntax: 'PUT', run: putFiles },
  { syntax: 'GET', run: getFiles },
  { syntax: 'LIST|LS', run: listFiles },
  { syntax: 'REMOVE|RM', run: removeFiles },
]

/** How long a driver may take for its files. */
const TOKEN_LIFE_MS = 3_600_000

/**
 * Answers how to upload; the driver then does it by itself, as to a Google Cloud Storage bucket.
 *
 * @see https://docs.snowflake.com/en/sql-reference/sql/put
 */
function putFiles(reader: TokenReader, context: StatementContext): StatementResult {
  const source = readLocalPath(reader)
  const { stage, path } = readLocation(reader, context)
  const properties = reader.properties({
    PARALLEL: () => reader.integer(),
    AUTO_COMPRESS: () => reader.boolean(),
    SOURCE_COMPRESSION: () => reader.scalar('a compression').toLowerCase(),
    OVERWRITE: () => reader.boolean(),
  })
  reader.end()
  requirePrivilege(context, 'WRITE', securableOf(stage))
  const folder = path === '' || path.endsWith('/') ? path : `${path}/`
  return transfer('UPLOAD', {
    src_locations: [source],
    stageInfo: stageInfo(stage, folder, context),
    sourceCompression: compression(properties.SOURCE_COMPRESSION ?? 'auto_detect'),
    autoCompress: properties.AUTO_COMPRESS ?? true,
    overwrite: properties.OVERWRITE ?? false,
    parallel: parallel(properties.PARALLEL ?? 4),
    threshold: 209_715_200,
  })
}

/** @see https://docs.snowflake.com/en/sql-reference/sql/get */
async function getFiles(reader: TokenReader, context: StatementContext): Promise<StatementResult> {
  const { stage, path } = readLocation(reader, context)
  const target = readLocalPath(reader)
  const properties = reader.properties({
    PARALLEL: () => reader.integer(),
    PATTERN: () => pattern(reader.string('a pattern')),
  })
  reader.end()
  requirePrivilege(context, 'READ', securableOf(stage))
  const files = await filesAt(stage, path, properties.PATTERN, context)
  return transfer('DOWNLOAD', {
    src_locations: files.map((file) => file.path),
    localLocation: target,
    stageInfo: stageInfo(stage, '', context),
    presignedUrls: files.map(() => null),
    encryptionMaterial: [],
    parallel: parallel(properties.PARALLEL ?? 10),
  })
}

async function listFiles(reader: TokenReader, context: StatementContext): Promise<StatementResult> {
  const { stage, path } = readLocation(reader, context)
  const { PATTERN: matching } = reader.properties({
    PATTERN: () => pattern(reader.string('a pattern')),
  })
  reader.end()
  requirePrivilege(context, 'READ', securableOf(stage))
  const files = await filesAt(stage, path, matching, context)
  return tableResult(
    [textColumn('name'), numberColumn('size'), textColumn('md5'), textColumn('last_modified')],
    files.map((file) => [
      shownName(stage, file),
      file.size,
      file.md5,
      new Date(file.lastModified).toUTCString(),
    ]),
  )
}

async function removeFiles(
  reader: TokenReader,
  context: StatementContext,
): Promise<StatementResult> {
  const { stage, path } = readLocation(reader, context)
  const { PATTERN: matching } = reader.properties({
    PATTERN: () => pattern(reader.string('a pattern')),
  })
  reader.end()
  requirePrivilege(context, 'WRITE', securableOf(stage))
  const files = await filesAt(stage, path, matching, context)
  for (const file of files) await context.account.stages.remove(stage, file.path)
  return tableResult(
    [textColumn('name'), textColumn('result')],
    files.map((file) => [shownName(stage, file), 'removed']),
  )
}

/** Files whose path begins as given, and whose name matches. */
async function filesAt(
  stage: Stage,
  path: string,
  matching: RegExp | undefined,
  { account }: StatementContext,
): Promise<StageFile[]> {
  const files = await account.stages.list(stage, path)
  return files.filter((file) => matching === undefined || matching.test(shownName(stage, file)))
}

/** As LIST prints a file: under the stage's name in lower case. */
function shownName(stage: Stage, file: StageFile): string {
  return `${stage.name.toLowerCase()}/${file.path}`
}

function readLocation(
  reader: TokenReader,
  { account, session }: StatementContext,
): { stage: Stage; path: string } {
  return resolveStageLocation(reader.stageLocation(), session, account.catalog)
}

/** `file:///path`, bare or in quotes, without its scheme. */
function readLocalPath(reader: TokenReader): string {
  const token = reader.peek()
  const isPath = token?.kind === 'location' || token?.kind === 'string'
  if (!isPath || !/^file:\/\/./i.test(token.value)) throw reader.unexpected("'file://<path>'")
  reader.moveTo(reader.position + 1)
  return token.value.slice('file://'.length)
}

/** Where and by what token a driver reaches the stage: PUT and GET `<endPoint>/stages/<id>/<path>`. */
function stageInfo(stage: Stage, folder: string, { account }: StatementContext): object {
  const token = account.tokens.issue(
    { kind: 'stage', stage: securableOf(stage).key },
    TOKEN_LIFE_MS,
  )
  return {
    locationType: 'GCS',
    location: `stages/${stage.id}/${folder}`,
    path: folder,
    region: 'local',
    endPoint: `http://${account.address}/stage`,
    storageAccount: null,
    presignedUrl: null,
    isClientSideEncrypted: false,
    creds: { GCS_ACCESS_TOKEN: token },
  }
}

function transfer(command: 'UPLOAD' | 'DOWNLOAD', data: object): StatementResult {
  return { kind: 'transfer', typeId: STATEMENT_TYPE.transfer, data: { command, ...data } }
}

function pattern(text: string): RegExp {
  try {
    return new RegExp(`^(?:${text})$`)
  } catch (cause) {
    throw new SnowflakeError('100048', '2201B', `Invalid regular expression: '${text}'`, { cause })
  }
}

const COMPRESSIONS = ['auto_detect', 'gzip', 'bz2', 'brotli', 'zstd', 'deflate', 'raw_deflate']

function compression(name: string): string {
  // The Node driver fails on "none"; by itself it finds out whether a file is compressed.
  if (name === 'none') return 'auto_detect'
  if (COMPRESSIONS.includes(name)) return name
  throw invalidProperty('SOURCE_COMPRESSION', name)
}

function parallel(count: number): number {
  if (count >= 1 && count <= 99) return count
  throw invalidProperty('PARALLEL', String(count))
}
