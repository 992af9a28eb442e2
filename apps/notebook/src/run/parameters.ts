import { parseSync } from 'oxc-parser'
import { findDeclarations } from '../kernel/child/find-declarations.ts'
import type { Node } from '../kernel/child/syntax-tree.ts'
import { emptyCell } from '../notebook/apply-operation.ts'
import type { Cell, Notebook } from '../notebook/notebook.ts'
import { RunError } from './errors.ts'
import {
  declaredTypes,
  type GivenValue,
  type ParameterType,
  type ParameterValue,
  readValue,
} from './parameter-value.ts'

/** What a run gives its parameters, by the names of the variables that hold them. */
export type Parameters = ReadonlyMap<string, GivenValue>

/** papermill's tags: of the cell with the defaults, and of the one that is put after it. */
const DEFAULTS = 'parameters'
const INJECTED = 'injected-parameters'

/**
 * Reads `name=value` words.
 *
 * @param words Values that become what the parameters cell declares, or else what they look like.
 * @param texts Values that are text, whatever they look like.
 * @throws {RunError} `PARAMETER_INVALID`
 */
export function readParameters(
  words: readonly string[],
  texts: readonly string[] = [],
): Parameters {
  const parameters = new Map<string, GivenValue>()
  for (const [word, isText] of [
    ...words.map((each) => [each, false] as const),
    ...texts.map((each) => [each, true] as const),
  ]) {
    const at = word.indexOf('=')
    const name = word.slice(0, Math.max(0, at))
    if (at < 1) throw invalid(`"${name || word.slice(0, 40)}" is no name=value`)
    if (!isVariableName(name)) throw invalid(`"${name}" is no name of a variable`)
    if (parameters.has(name)) throw invalid(`"${name}" is given twice`)
    parameters.set(name, { text: word.slice(at + 1), isText })
  }
  return parameters
}

function isVariableName(name: string): boolean {
  if (!/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)) return false
  if (['undefined', 'NaN', 'Infinity'].includes(name)) return false
  // Reserved words, among them those of modules.
  return parseSync('name.ts', `var ${name} = 0`, { sourceType: 'module' }).errors.length === 0
}

/**
 * Puts the parameters into a cell after the one that is tagged `parameters`, or at the top, in the place of the cell
 * that an earlier run has put there.
 *
 * @throws {RunError} `PARAMETER_UNKNOWN` for a name that the cell with the defaults does not have: a slip of the pen,
 * most likely; `PARAMETER_INVALID` for a value that is not of its type there.
 */
export function injectParameters(notebook: Notebook, parameters: Parameters): Notebook {
  if (parameters.size === 0) return notebook
  const before = notebook.cells.filter((cell) => !hasTag(cell, INJECTED))
  const at = before.findIndex((cell) => hasTag(cell, DEFAULTS))
  const declared = declaredIn(before[at])
  const values = [...parameters].map(([name, given]) => {
    if (declared !== undefined && !declared.has(name)) throw unknown(name, [...declared.keys()])
    return { name, value: valueOf(name, given, declared?.get(name)) }
  })
  const cell: Cell = {
    // `var` may declare anew what the defaults have declared, in a cell and in one file with them.
    ...emptyCell(
      freeId(new Set(before.map(({ id }) => id))),
      'typescript',
      values.map(({ name, value }) => `var ${name} = ${printValue(value)}`).join('\n'),
    ),
    metadata: { tags: [INJECTED] },
  }
  return { ...notebook, cells: before.toSpliced(at + 1, 0, cell) }
}

/** The names of the cell with the defaults and their types; undefined where no cell that runs here has them. */
function declaredIn(
  cell: Cell | undefined,
): ReadonlyMap<string, ParameterType | undefined> | undefined {
  if (cell?.kind !== 'typescript') return undefined
  const { program } = parseSync('cell.tsx', cell.source, { lang: 'tsx', sourceType: 'module' })
  const tree = program as unknown as Node
  const types = declaredTypes(tree)
  return new Map(findDeclarations(tree).map((name) => [name, types.get(name)]))
}

function valueOf(name: string, given: GivenValue, type: ParameterType | undefined): ParameterValue {
  const value = readValue(given, type)
  if (value !== undefined) return value
  throw invalid(`"${name}" is a ${type} in the parameters cell, and "${given.text}" is none`)
}

function printValue(value: ParameterValue): string {
  if (typeof value === 'bigint') return `${value}n`
  const json = JSON.stringify(value)
  // In a literal it would be the object's prototype.
  return json.includes('"__proto__"') ? `JSON.parse(${JSON.stringify(json)})` : json
}

export function hasTag({ metadata }: Cell, tag: string): boolean {
  const { tags } = metadata
  return Array.isArray(tags) && tags.includes(tag)
}

function freeId(taken: ReadonlySet<string>): string {
  for (let n = 1; ; n++) {
    const id = n === 1 ? INJECTED : `${INJECTED}-${n}`
    if (!taken.has(id)) return id
  }
}

function invalid(what: string): RunError {
  return new RunError('PARAMETER_INVALID', `Cannot take parameter: ${what}`, {
    hint: 'Write -p name=value, each name once: -p limit=10 -p region=EMEA',
  })
}

function unknown(name: string, known: readonly string[]): RunError {
  return new RunError(
    'PARAMETER_UNKNOWN',
    `Cannot take parameter "${name}": the parameters cell does not declare it`,
    {
      hint:
        known.length === 0
          ? 'It declares no name: write its defaults there, one variable for each parameter'
          : `It declares ${known.join(', ')}`,
    },
  )
}
