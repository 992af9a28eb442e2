import type { StatementContext } from '../account.ts'
import { parameterText, parameterType, SESSION_PARAMETERS } from '../catalog/parameters.ts'
import { SnowflakeError, unsupported } from '../snowflake-error.ts'
import type { TokenReader } from '../sql/token-reader.ts'
import {
  STATEMENT_TYPE,
  type StatementResult,
  tableResult,
  textColumn,
  timestampColumn,
} from '../statement-result.ts'
import type { Command } from './command.ts'
import { executed } from './replies.ts'
import { applyShowOptions, readShowOptions } from './show-filter.ts'

export const sessionCommands: readonly Command[] = [
  { syntax: 'ALTER SESSION SET', run: setParameters },
  { syntax: 'ALTER SESSION UNSET', run: unsetParameters },
  { syntax: 'SHOW PARAMETERS', run: showParameters },
  { syntax: 'SHOW VARIABLES', run: showVariables },
  { syntax: 'SET', run: setVariables },
  { syntax: 'UNSET', run: unsetVariables },
]

function setParameters(reader: TokenReader, { session }: StatementContext): StatementResult {
  const values = new Map<string, string>()
  do {
    const name = reader.word('a parameter')
    reader.symbol('=')
    values.set(name, parameterText(name, reader.scalar()))
  } while (reader.maybeSymbol(',') || !reader.done)
  for (const [name, value] of values) session.parameters.set(name, value)
  return executed(STATEMENT_TYPE.alterSession)
}

function unsetParameters(reader: TokenReader, { session }: StatementContext): StatementResult {
  const names: string[] = []
  do names.push(reader.word('a parameter'))
  while (reader.maybeSymbol(','))
  reader.end()
  for (const name of names) {
    const initial = SESSION_PARAMETERS[name]?.default
    parameterText(name, String(initial)) // refuses an unknown name
  }
  for (const name of names) session.parameters.delete(name)
  return executed(STATEMENT_TYPE.alterSession)
}

/** DIFFERS: only session parameters exist; their account's values are their defaults. */
function showParameters(reader: TokenReader, { session }: StatementContext): StatementResult {
  const before = readShowOptions(reader)
  let inSession = true
  if (reader.maybeWords('IN') || reader.maybeWords('FOR')) {
    inSession = !reader.maybeWords('ACCOUNT')
    if (inSession && !reader.maybeWords('SESSION')) {
      throw unsupported(`SHOW PARAMETERS IN ${reader.word('SESSION or ACCOUNT')}`)
    }
  }
  const options = { ...before, ...readShowOptions(reader) }
  reader.end()
  const shown = applyShowOptions(Object.entries(SESSION_PARAMETERS), options, ([name]) => name)
  return tableResult(
    ['key', 'value', 'default', 'level', 'description', 'type'].map(textColumn),
    shown.map(([name, parameter]) => {
      const initial = String(parameter.default)
      const set = inSession ? session.parameters.get(name) : undefined
      return [
        name,
        set ?? initial,
        initial,
        set === undefined ? '' : 'SESSION',
        parameter.description,
        parameterType(parameter),
      ]
    }),
  )
}

/** Reads `SET v = value` and `SET (v, w) = (value, value)`. */
function setVariables(reader: TokenReader, { session }: StatementContext): StatementResult {
  const isList = reader.peek()?.value === '('
  const names = isList
    ? reader.list(() => reader.identifier('a variable'))
    : [reader.identifier('a variable')]
  reader.symbol('=')
  const value = (): string | null => readValue(reader, session.variables)
  const values = isList ? reader.list(value) : [value()]
  reader.end()
  if (names.length !== values.length) throw reader.unexpected(`${names.length} values`)
  names.forEach((name, index) => session.variables.set(name, values[index] ?? null))
  return executed(STATEMENT_TYPE.session)
}

/** DIFFERS: a literal or another variable; Snowflake takes any expression that needs no table. */
function readValue(
  reader: TokenReader,
  variables: ReadonlyMap<string, string | null>,
): string | null {
  const token = reader.peek()
  const next = reader.peek(1)?.value ?? ';'
  const isAlone = [';', ',', ')'].includes(next) || token?.value === '-'
  if (token === undefined || !isAlone) throw unsupported('SET to an expression')
  if (reader.maybeWords('NULL')) return null
  if (token.kind === 'string') return reader.string()
  if (token.kind === 'word' && token.value.startsWith('$')) return readVariable(reader, variables)
  if (token.kind === 'word' && /^(?:TRUE|FALSE)$/i.test(token.value))
    return reader.word().toLowerCase()
  const sign = reader.maybeSymbol('-') ? '-' : ''
  if (reader.peek()?.kind !== 'number') throw unsupported('SET to an expression')
  return `${sign}${readNumber(reader)}`
}

function readNumber(reader: TokenReader): string {
  const { value } = reader.peek() ?? { value: '' }
  reader.moveTo(reader.position + 1)
  return value
}

function readVariable(
  reader: TokenReader,
  variables: ReadonlyMap<string, string | null>,
): string | null {
  const name = reader.word().slice(1)
  const value = variables.get(name)
  if (value !== undefined) return value
  throw new SnowflakeError(
    '002211',
    '02000',
    `SQL compilation error:\nSession variable '$${name}' does not exist`,
  )
}

function unsetVariables(reader: TokenReader, { session }: StatementContext): StatementResult {
  const names =
    reader.peek()?.value === '('
      ? reader.list(() => reader.identifier('a variable'))
      : [reader.identifier('a variable')]
  reader.end()
  for (const name of names) session.variables.delete(name)
  return executed(STATEMENT_TYPE.session)
}

/** DIFFERS: times are those of the question; a variable's type is read off its value. */
function showVariables(
  reader: TokenReader,
  { session, account }: StatementContext,
): StatementResult {
  const options = readShowOptions(reader)
  reader.end()
  const time = account.now().toISOString()
  const shown = applyShowOptions([...session.variables], options, ([name]) => name)
  return tableResult(
    [
      textColumn('session_id'),
      timestampColumn('created_on'),
      timestampColumn('updated_on'),
      textColumn('name'),
      textColumn('value'),
      textColumn('type'),
      textColumn('comment'),
    ],
    shown.map(([name, value]) => {
      const type = /^-?\d+(?:\.\d+)?$/.test(value ?? '') ? 'fixed' : 'text'
      return [session.id, time, time, name, value, type, '']
    }),
  )
}
