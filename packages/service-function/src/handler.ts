import type { BatchContext, ContextFunction } from './batch-context.ts'
import type { SqlResult, SqlTypeName, SqlValue } from './sql-type.ts'

/** What a NULL argument does: answer NULL without the handler, or go to the handler as null. */
export type NullHandling = 'returns-null-on-null-input' | 'called-on-null-input'

/** Argument names, in the order of the SQL signature, each with its SQL type. */
export type ArgumentTypes = Readonly<Record<string, SqlTypeName>>

/**
 * What computes a service function. One argument comes as itself, several come as one object by name, the batch's context
 * comes last: `(celsius) => …`, `({ city, temp_c }, { signal }) => …`, without arguments `(context) => …`. Types of a
 * parameter list could not follow the order of the definition's keys, for TypeScript has none for them. A vectorized
 * handler takes and returns columns.
 */
export type Handler<
  Arguments extends ArgumentTypes,
  Returns extends SqlTypeName,
  Nulls extends NullHandling,
  Vectorized extends boolean,
  Headers extends ContextFunction = never,
> = (
  ...input: [
    ...Input<{
      readonly [Name in keyof Arguments]: Column<
        OrNull<SqlValue<Arguments[Name]>, Nulls>,
        Vectorized
      >
    }>,
    context: BatchContext<Headers>,
  ]
) => Awaitable<Column<SqlResult<Returns> | null, Vectorized>>

/** A handler whose types are forgotten. As a method it takes any handler, checked when defined. */
export type AnyHandler = { handler(...input: unknown[]): unknown }['handler']

type OrNull<Value, Nulls extends NullHandling> = Nulls extends 'called-on-null-input'
  ? Value | null
  : Value

type Column<Value, Vectorized extends boolean> = Vectorized extends true ? readonly Value[] : Value

type Awaitable<Value> = Value | PromiseLike<Value>

type Input<Values> = [keyof Values] extends [never]
  ? []
  : IsUnion<keyof Values> extends true
    ? [values: Values]
    : [value: Values[keyof Values]]

type IsUnion<T, Member = T> = T extends unknown ? ([Member] extends [T] ? false : true) : never
