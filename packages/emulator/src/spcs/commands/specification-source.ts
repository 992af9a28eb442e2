import { decodeUsingValue, SpecError, type TemplateValue } from '@spcs/spec'
import type { StatementContext } from '../../account.ts'
import { activeRoles, requireHeld, requireNamespace } from '../../access-control.ts'
import { resolveStageLocation } from '../../catalog/stage-location.ts'
import { unsupported } from '../../snowflake-error.ts'
import type { TokenReader } from '../../sql/token-reader.ts'
import { serviceError } from '../service-error.ts'

/** Where a service's specification comes from: what follows FROM. */
export interface SpecificationSource {
  /** The text itself, or a file on a stage. */
  readonly from:
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'file'; readonly location: string; readonly file: string }
  readonly isTemplate: boolean
  /** Values for the template's variables. */
  readonly using: Readonly<Record<string, TemplateValue>>
}

/**
 * Reads one of the four forms after FROM:
 * `@stage SPECIFICATION_FILE = 'f'`, `SPECIFICATION $$…$$`, and both with TEMPLATE and USING.
 */
export function readSpecificationSource(reader: TokenReader): SpecificationSource {
  const isOnStage = reader.peek()?.value.startsWith('@') === true
  const location = isOnStage ? reader.stageLocation() : undefined
  const word = reader.word('SPECIFICATION')
  const isTemplate = word.startsWith('SPECIFICATION_TEMPLATE')
  if (location === undefined) {
    if (word.endsWith('_FILE')) throw unsupported(`FROM ${word} of an application`)
    if (word !== 'SPECIFICATION' && word !== 'SPECIFICATION_TEMPLATE') {
      throw reader.unexpected('SPECIFICATION or SPECIFICATION_TEMPLATE before it')
    }
    const text = reader.string('the text of the specification')
    const using = readUsing(reader)
    return {
      from: { kind: 'text', text },
      isTemplate: isTemplate || using !== undefined,
      using: using ?? {},
    }
  }
  if (word !== 'SPECIFICATION_FILE' && word !== 'SPECIFICATION_TEMPLATE_FILE') {
    throw reader.unexpected('SPECIFICATION_FILE or SPECIFICATION_TEMPLATE_FILE before it')
  }
  reader.maybeSymbol('=')
  const file = reader.string('the name of a file')
  const using = readUsing(reader)
  return {
    from: { kind: 'file', location, file },
    isTemplate: isTemplate || using !== undefined,
    using: using ?? {},
  }
}

/** The text that the source stands for; a template is not rendered yet. */
export async function specificationText(
  { from }: SpecificationSource,
  context: StatementContext,
): Promise<string> {
  if (from.kind === 'text') return from.text
  const { account, session } = context
  const { stage, path: folder } = resolveStageLocation(from.location, session, account.catalog)
  const key = account.catalog.stages.keyOf(stage)
  const roles = activeRoles(context, 'READ')
  requireNamespace(account.catalog, roles, stage)
  requireHeld(account.catalog, roles, { on: 'STAGE', key, owner: stage.owner }, 'READ')
  const path = [folder, from.file]
    .flatMap((part) => part.split('/'))
    .filter(Boolean)
    .join('/')
  const files = (await account.stages.list(stage)).map((file) => file.path)
  if (files.includes(path)) return (await account.stages.read(stage, path)).toString('utf8')
  const there = files.length === 0 ? 'nothing' : files.slice(0, 10).join(', ')
  throw serviceError(
    `Cannot read specification file '${path}' from stage ${key}: no such file. There is ${there}`,
  )
}

function readUsing(reader: TokenReader): Record<string, TemplateValue> | undefined {
  if (!reader.maybeWords('USING')) return undefined
  const pairs = reader.list((): [string, TemplateValue] => {
    // Keys keep their case, quoted or not.
    const key = reader.peek()?.value ?? ''
    reader.identifier('the name of a variable')
    reader.symbol('=>')
    return [key, decodeValue(reader.scalar('a value'))]
  })
  return Object.fromEntries(pairs)
}

function decodeValue(text: string): TemplateValue {
  try {
    return decodeUsingValue(text)
  } catch (error) {
    if (!(error instanceof SpecError)) throw error
    throw serviceError(`${error.message}. ${error.hint ?? ''}`.trim(), error)
  }
}
