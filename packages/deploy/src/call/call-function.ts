import { parseName, printName, type QueryRunner, type Value } from '@spcs/sql'
import { likeInSchema } from '../objects/property.ts'
import { textOf } from '../objects/object-kind.ts'
import { rowsOrNone } from '../shown-rows.ts'

/** What a call has to be told, and what it gave. */
export interface FunctionCall {
  /** `DB.PUBLIC.CONVERT_UDF`, or less where the session stands in its schema. */
  readonly name: string
  /** Argument types by SHOW FUNCTIONS; undefined where the account shows none of this name, as with its own. */
  readonly types: readonly string[] | undefined
  /** The rows of arguments, each as long as there are types. */
  readonly rows: readonly (readonly Word[])[]
  readonly results: readonly Value[]
}

/** An argument as it was typed; null is NULL. */
export type Word = string | null

/**
 * Calls a function once, with one row of arguments or with many: as many words as it has arguments make a row. Words are
 * cast to the argument types by the account itself, so that it also says what is wrong with one.
 */
export async function callFunction(
  runner: QueryRunner,
  name: string,
  words: readonly Word[],
): Promise<FunctionCall> {
  const signatures = await readSignatures(runner, name)
  const types = fittingSignature(signatures, words.length)
  const rows = rowsOf(words, types?.length ?? words.length)
  const { sql, binds } = callSql(name, types, rows)
  const { rows: answered } = await runner.execute(sql, { binds })
  return { name, types, rows, results: answered.map((row) => row.at(-1) ?? null) }
}

/** The argument types of each function of this name. */
async function readSignatures(runner: QueryRunner, name: string): Promise<string[][]> {
  const shown = await rowsOrNone(runner, `SHOW USER FUNCTIONS ${likeInSchema(name)}`)
  const bare = parseName(name).at(-1)
  return shown
    .filter((row) => row['name'] === bare)
    .map((row) => parseSignature(textOf(row['arguments'])))
}

/** `F(FLOAT, NUMBER(38,0)) RETURN FLOAT` → `['FLOAT', 'NUMBER(38,0)']`. */
export function parseSignature(text: string): string[] {
  const types: string[] = []
  let depth = 0
  let type = ''
  for (const character of text.slice(text.indexOf('('))) {
    if (character === ')') depth -= 1
    if (depth === 0 && character === ')') break
    if (depth === 1 && character === ',') {
      types.push(type)
      type = ''
    } else if (depth > 0) type += character
    if (character === '(') depth += 1
  }
  return [...types, type].map((one) => one.trim().replace(/^DEFAULT /i, '')).filter(Boolean)
}

/** The function that takes so many words, else the one that takes them as rows. */
function fittingSignature(
  signatures: readonly (readonly string[])[],
  words: number,
): readonly string[] | undefined {
  return (
    signatures.find(({ length }) => length === words) ??
    signatures.find(({ length }) => length > 0 && words > 0 && words % length === 0) ??
    signatures[0]
  )
}

function rowsOf(words: readonly Word[], width: number): Word[][] {
  const rows: Word[][] = []
  for (let index = 0; index < words.length; index += Math.max(width, 1)) {
    rows.push(words.slice(index, index + Math.max(width, 1)))
  }
  return rows.length === 0 ? [[]] : rows
}

/** One SELECT, its rows in the order of the words. */
function callSql(
  name: string,
  types: readonly string[] | undefined,
  rows: readonly (readonly Word[])[],
): { readonly sql: string; readonly binds: Value[] } {
  const called = printName(parseName(name))
  const [first = []] = rows
  if (rows.length === 1) {
    const values = first.map((_, index) => typed('?', types?.[index]))
    const binds = types === undefined ? first.map(guessValue) : [...first]
    return { sql: `SELECT ${called}(${values.join(', ')})`, binds }
  }
  const values = first.map((_, index) => typed(`column${index + 2}`, types?.[index]))
  const tuples = rows.map((row, number) => `(${[number, ...row.map(() => '?')].join(', ')})`)
  const sql = `SELECT column1, ${called}(${values.join(', ')}) FROM VALUES ${tuples.join(', ')} ORDER BY 1`
  return { sql, binds: rows.flat() }
}

function typed(value: string, type: string | undefined): string {
  if (type === undefined) return value
  if (/^(VARIANT|OBJECT|ARRAY)\b/i.test(type)) return `PARSE_JSON(${value})::${type}`
  return `CAST(${value} AS ${type})`
}

/** A number, true or false as such; anything else is text. */
function guessValue(word: Word): Value {
  if (word === 'true' || word === 'false') return word === 'true'
  return word !== null && /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(word) ? Number(word) : word
}
