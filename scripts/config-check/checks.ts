import { nearestName } from '@spcs/spec'

/** One thing that is wrong in a configuration, and where: `workloads[0].computePool`. */
export interface ConfigProblem {
  readonly path: string
  /** What is wrong, with the wrong value: `is "9090", and must be a whole number`. */
  readonly message: string
}

/** Tells what is wrong with a value; nothing where it is right. */
export interface Check {
  (value: unknown, path: string): readonly ConfigProblem[]
  /** The value may be absent. */
  readonly optional?: true
}

/** A check for each field of a type: tsc says which one is missing, or which one may be absent. */
export type FieldChecks<T> = {
  readonly [Key in keyof T]-?: undefined extends T[Key]
    ? Check & { readonly optional: true }
    : Check
}

export const text: Check = (value, path) =>
  typeof value === 'string' && value.trim() !== '' ? [] : wrong(value, path, 'must be text')

/** Text that may be empty. */
export const anyText: Check = (value, path) =>
  typeof value === 'string' ? [] : wrong(value, path, 'must be text')

export const flag: Check = (value, path) =>
  typeof value === 'boolean' ? [] : wrong(value, path, 'must be true or false')

export function whole(least: number, most: number = Number.MAX_SAFE_INTEGER): Check {
  const range = most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${most}`
  return (value, path) =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
      ? []
      : wrong(value, path, `must be a whole number ${range}`)
}

export function optional(check: Check): Check & { readonly optional: true } {
  const lenient = (value: unknown, path: string): readonly ConfigProblem[] =>
    value === undefined ? [] : check(value, path)
  return Object.assign(lenient, { optional: true as const })
}

export function list(item: Check): Check {
  return (value, path) =>
    Array.isArray(value)
      ? value.flatMap((one, index) => item(one, `${path}[${index}]`))
      : wrong(value, path, 'must be a list')
}

/** An object with fields of any names. */
export function record(item: Check): Check {
  return (value, path) =>
    isRecord(value)
      ? Object.entries(value).flatMap(([key, one]) => item(one, pathTo(path, key)))
      : wrong(value, path, 'must be an object')
}

/** An object with these fields and no others. */
export function fields<T>(checks: FieldChecks<T>): Check {
  const known = Object.entries<Check>(checks)
  return (value, path) => {
    if (!isRecord(value)) return wrong(value, path, 'must be an object')
    return [
      ...known.flatMap(([key, check]) => check(value[key], pathTo(path, key))),
      ...Object.keys(value).flatMap((key) =>
        Object.hasOwn(checks, key) ? [] : unknownKey(pathTo(path, key), Object.keys(checks), key),
      ),
    ]
  }
}

/** Passes where one of the checks does; what the nearest of them says where none does. */
export function anyOf(...checks: readonly Check[]): Check {
  return (value, path) => {
    const found = checks.map((check) => check(value, path))
    return found.toSorted((a, b) => a.length - b.length)[0] ?? []
  }
}

/** Text that no message shows. */
export const secret: Check = (value, path) =>
  typeof value === 'string' && value !== '' ? [] : [{ path, message: 'must be text' }]

/** A key that means nothing here, with the known one that it looks like. */
export function unknownKey(path: string, known: readonly string[], key: string): ConfigProblem[] {
  const near = nearestName(key, known)
  const guess = near === undefined ? `one of ${known.join(', ')}` : `"${near}"`
  return [{ path, message: `is unknown; did you mean ${guess}?` }]
}

/** A problem that shows the value it is about. */
export function wrong(value: unknown, path: string, must: string): ConfigProblem[] {
  return [
    {
      path,
      message: value === undefined ? `is missing; it ${must}` : `is ${print(value)}; it ${must}`,
    },
  ]
}

export function pathTo(path: string, key: string): string {
  const step = /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`
  return path === '' ? step.replace(/^\./, '') : `${path}${step}`
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Texts, numbers and flags as they are; of all else its kind, for a password may be in it. */
function print(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'function') return 'a function'
  if (isRecord(value)) return 'an object'
  return typeof value === 'string' ? `"${value}"` : String(value)
}
