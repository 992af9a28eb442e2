import { isAlias, isMap, isScalar, isSeq, type Node, parseDocument } from 'yaml'
import { CliError } from '../errors.ts'

/** A value marked `!override`: it takes the place of what a mixin says, where others are joined with it. */
export class Override {
  readonly value: unknown

  constructor(value: unknown) {
    this.value = value
  }
}

export type Table = Readonly<Record<string, unknown>>

/**
 * A project definition as plain values.
 *
 * @throws {CliError} `CONFIG_INVALID` with the line of the first mistake.
 */
export function readYaml(text: string, file: string): Table {
  const document = parseDocument(text)
  const [mistake] = document.errors
  if (mistake !== undefined) {
    throw new CliError('CONFIG_INVALID', `Cannot import "${file}": ${mistake.message}`, {
      hint: 'Correct the YAML at this line',
    })
  }
  const value = document.contents === null ? {} : toPlain(document.contents, document)
  return isTable(value) ? value : {}
}

export function isTable(value: unknown): value is Table {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Override)
  )
}

/** A scalar as one reads it; undefined for tables, lists and nothing. */
export function maybeScalar(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}

function toPlain(node: unknown, document: ReturnType<typeof parseDocument>): unknown {
  const value = withoutTag(node as Node | null, document)
  const isOverride = (node as Node | null)?.tag === '!override'
  return isOverride ? new Override(value) : value
}

function withoutTag(node: Node | null, document: ReturnType<typeof parseDocument>): unknown {
  if (isAlias(node)) return toPlain(node.resolve(document), document)
  if (isSeq(node)) return node.items.map((item) => toPlain(item, document))
  if (isScalar(node)) return node.value
  if (!isMap(node)) return undefined
  return Object.fromEntries(
    node.items.map(({ key, value }) => [String(toPlain(key, document)), toPlain(value, document)]),
  )
}
