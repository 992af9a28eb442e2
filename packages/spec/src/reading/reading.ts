import { type Document, isAlias, isScalar, type LineCounter, type Node } from 'yaml'

import type { SpecProblem } from '../errors.ts'
import { collectNames, type Names } from './names.ts'
import { nameField, type Place } from './place.ts'

/** Stands in a text for each letter of a template expression that is not rendered yet. */
export const PLACEHOLDER = '\u{E000}'

/** A value in the YAML: undefined where a key stands alone. */
export type YamlValue = Node | undefined

/** One pass over one document: what shapes use to find values and to report problems. */
export interface Reading {
  readonly problems: SpecProblem[]
  readonly warnings: SpecProblem[]
  readonly names: Names
  problem(place: Place, message: string, hint?: string): void
  warn(place: Place, message: string, hint?: string): void
  /** Reports that a value is not what belongs at its place. */
  unexpected(node: YamlValue, place: Place, expected: string, hint?: string): void
  /** The node that an alias stands for, or the node itself. */
  resolve(node: unknown): YamlValue
  /** Remembers the places of a record's fields, so that rules can point at them. */
  remember(value: object, place: Place, fields: ReadonlyMap<string, Place>): void
  /** Whether a record that was read has a field in the text, even if its value could not be read. */
  isWritten(value: object, field: string): boolean
  /** The place of a record that was read, or of one of its fields. */
  placeOf(value: object, field?: string): Place
}

export function startReading(text: string, document: Document, lines: LineCounter): Reading {
  const problems: SpecProblem[] = []
  const warnings: SpecProblem[] = []
  const places = new WeakMap<object, { place: Place; fields: ReadonlyMap<string, Place> }>()

  const located = (place: Place, message: string, hint?: string): SpecProblem => ({
    path: place.path,
    message,
    ...(hint !== undefined && { hint }),
    ...locate(lines, place.offset),
  })
  const problem: Reading['problem'] = (place, message, hint) => {
    problems.push(located(place, `Invalid spec: ${message}`, hint))
  }
  const warn: Reading['warn'] = (place, message, hint) => {
    warnings.push(located(place, message, hint))
  }
  return {
    problems,
    warnings,
    names: collectNames(problem, warn),
    problem,
    warn,
    unexpected(node, place, expected, hint) {
      const subject = place.name === '' ? 'the document' : nameField(place.name, place.owner)
      problem(
        atValue(node, place),
        `${subject} must be ${expected}, found ${found(text, node)}`,
        hint,
      )
    },
    resolve(node) {
      const target = isAlias(node) ? node.resolve(document) : node
      return isYamlNode(target) ? target : undefined
    },
    remember(value, place, fields) {
      places.set(value, { place, fields })
    },
    isWritten: (value, field) => places.get(value)?.fields.has(field) === true,
    placeOf(value, field) {
      const known = places.get(value)
      if (known === undefined) throw new TypeError('placeOf() was given a value that was not read')
      return (field === undefined ? undefined : known.fields.get(field)) ?? known.place
    },
  }
}

/** The place of a value itself, where its key's place is given. */
export function atValue(node: YamlValue, place: Place): Place {
  return { ...place, offset: node?.range?.[0] ?? place.offset }
}

/** Line and column, from 1, of a place in the text. */
export function locate(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset)
  return line === 0 ? { line: 1, column: offset + 1 } : { line, column: col }
}

/** Whether a scalar holds a template expression, so that its text is not known yet. */
export function isTemplated(node: YamlValue): boolean {
  return isScalar(node) && typeof node.value === 'string' && node.value.includes(PLACEHOLDER)
}

/** Whether a template may still put anything here: text in quotes stays text, all else is open. */
export function isOpen(node: YamlValue): boolean {
  return isTemplated(node) && isScalar(node) && node.type === 'PLAIN'
}

function isYamlNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null
}

/** A value as it is written, shortened, for messages. */
function found(text: string, node: YamlValue): string {
  const [start, end] = node?.range ?? [0, 0]
  const [line = ''] = text.slice(start, end).trim().split('\n')
  if (line === '') return 'nothing'
  return line.length > 60 ? `${line.slice(0, 60)}…` : line
}
