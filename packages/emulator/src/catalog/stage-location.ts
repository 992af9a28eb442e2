import { doesNotExist, SnowflakeError, unsupported } from '../snowflake-error.ts'
import type { Catalog } from './catalog.ts'
import type { Stage } from './objects.ts'
import { type CurrentNamespace, resolveName } from './resolve-name.ts'

/** A stage location as written: which stage, and where on it. */
export interface StageLocation {
  /** One to three parts as stored. */
  readonly nameParts: readonly string[]
  /** No slash in front: `folder/spec.yaml`, `folder/`, or empty for the whole stage. */
  readonly path: string
}

const LOCATION =
  /^@((?:(?:"(?:[^"]|"")+"|[A-Za-z_][\w$]*)?\.){0,2}(?:"(?:[^"]|"")+"|[A-Za-z_][\w$]*))(?:\/(.*))?$/s

/**
 * Reads `@[db.][schema.]stage[/path]`.
 *
 * @throws {SnowflakeError} 000002 for user and table stages, 001011 for what is no location.
 */
export function parseStageLocation(text: string): StageLocation {
  const trimmed = text.trim().replace(/^'(.*)'$/s, '$1')
  if (trimmed.startsWith('@~')) throw unsupported('user stage @~')
  if (/^@(?:[^/]*\.)?%/.test(trimmed)) throw unsupported('table stage @%table')
  const [, name, path = ''] = LOCATION.exec(trimmed) ?? []
  if (name === undefined) {
    throw new SnowflakeError(
      '001011',
      '42601',
      `SQL compilation error:\ninvalid URL prefix found in: '${trimmed}'`,
    )
  }
  return { nameParts: parseParts(name), path: path.replace(/^\/+/, '') }
}

/**
 * The stage that a location names, and the path on it.
 *
 * @throws {SnowflakeError} 002003 when there is no such stage.
 */
export function resolveStageLocation(
  text: string,
  session: CurrentNamespace & { readonly id: string },
  catalog: Catalog,
): { stage: Stage; path: string } {
  const { nameParts, path } = parseStageLocation(text)
  const { key } = resolveName(nameParts, session)
  const stage = catalog.stages.maybe(key)
  const isHidden = stage !== undefined && (stage.sessionId ?? session.id) !== session.id
  if (stage === undefined || isHidden) throw doesNotExist('Stage', key)
  return { stage, path }
}

/** `db..stage` has PUBLIC in the middle. */
function parseParts(name: string): string[] {
  const pieces = name.matchAll(/"((?:[^"]|"")+)"|([A-Za-z_][\w$]*)|\.(?=\.)/g)
  return [...pieces].map(([, quoted, bare]) => {
    return quoted?.replaceAll('""', '"') ?? bare?.toUpperCase() ?? 'PUBLIC'
  })
}
