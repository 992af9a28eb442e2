import { parseSync } from 'oxc-parser'
import { findDeclarations } from '../kernel/child/find-declarations.ts'
import type { Node } from '../kernel/child/syntax-tree.ts'
import { emptyCell } from '../notebook/apply-operation.ts'
import type { Cell, JsonValue, Notebook } from '../notebook/notebook.ts'
import { RunError } from './errors.ts'

/** Values of a run by the names of the variables that hold them. */
export type Parameters = ReadonlyMap<string, JsonValue>

/** papermill's tags: of the cell with the defaults, and of the one that is put after it. */
const DEFAULTS = 'parameters'
const INJECTED = 'injected-parameters'

/**
 * Reads `name=value` words: a value is JSON where it is some, else text.
 *
 * @throws {RunError} `PARAMETER_INVALID`
 */
export function readParameters(words: readonly string[]): Parameters {
  const parameters = new Map<string, JsonValue>()
  for (const word of words) {
    const at = word.indexOf('=')
    const name = word.slice(0, Math.max(0, at))
    if (at < 1) throw invalid(`"${name || word.slice(0, 40)}" is no name=value`)
    if (!isVariableName(name)) throw invalid(`"${name}" is no name of a variable`)
    if (parameters.has(name)) throw invalid(`"${name}" is given twice`)
    parameters.set(name, readValue(word.slice(at + 1)))
  }
  return parameters
}

function readValue(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    return text
  }
}

function isVariableName(name: string): boolean {
  if (!/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)) return false
  if (['undefined', 'NaN', 'Infinity'].includes(name)) return false
  // Reserved words, among them those of modules.
  return parseSync('name.ts', `var ${name} = 0`, { sourceType: 'module' }).errors.length === 0
}

export interface Parameterized {
  readonly notebook: Notebook
  /** Parameters that the cell with the defaults does not have: a slip of the pen, most likely. */
  readonly unknown: readonly string[]
}

/**
 * Puts the parameters into a cell after the one that is tagged `parameters`, or at the top, in the place of the cell
 * that an earlier run has put there.
 */
export function injectParameters(notebook: Notebook, parameters: Parameters): Parameterized {
  if (parameters.size === 0) return { notebook, unknown: [] }
  const before = notebook.cells.filter((cell) => !hasTag(cell, INJECTED))
  const at = before.findIndex((cell) => hasTag(cell, DEFAULTS))
  const defaults = before[at]
  const taken = new Set(before.map(({ id }) => id))
  const cell: Cell = {
    ...emptyCell(freeId(taken), 'typescript', printParameters(parameters)),
    metadata: { tags: [INJECTED] },
  }
  const hasNames = defaults?.kind === 'typescript'
  const known = new Set(hasNames ? declaredIn(defaults) : parameters.keys())
  return {
    notebook: { ...notebook, cells: before.toSpliced(at + 1, 0, cell) },
    unknown: [...parameters.keys()].filter((name) => !known.has(name)),
  }
}

/** `var` may declare anew what the defaults have declared, in a cell and in one file with them. */
function printParameters(parameters: Parameters): string {
  return [...parameters].map(([name, value]) => `var ${name} = ${printValue(value)}`).join('\n')
}

function printValue(value: JsonValue): string {
  const json = JSON.stringify(value)
  // In a literal it would be the object's prototype.
  return json.includes('"__proto__"') ? `JSON.parse(${JSON.stringify(json)})` : json
}

function declaredIn(cell: Cell): readonly string[] {
  const { program } = parseSync('cell.tsx', cell.source, { lang: 'tsx', sourceType: 'module' })
  return findDeclarations(program as unknown as Node)
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
