import type { AnyField, RecordOptions } from './record-options.ts'
import type { JsonSchema } from './shape.ts'

/** The JSON Schema of a record; rules between fields are in it as far as JSON Schema can say them. */
export function recordSchema<T>(
  options: RecordOptions<T>,
  fields: ReadonlyMap<string, AnyField>,
): JsonSchema {
  const { description, exactlyOne, needs, isNeverEmpty, shorthand, ignored = {} } = options
  const required = [...fields].flatMap(([name, field]) =>
    field.presence === 'required' ? [name] : [],
  )
  const mapping = {
    type: 'object',
    properties: {
      ...Object.fromEntries([...fields].map(([name, field]) => [name, fieldSchema(field)])),
      ...Object.fromEntries(
        Object.entries(ignored).map(([name, [message]]) => [
          name,
          { description: message, deprecated: true },
        ]),
      ),
    },
    ...(required.length > 0 && { required }),
    ...(exactlyOne !== undefined && { oneOf: exactlyOne.map(requiring) }),
    ...(needs !== undefined && { dependencies: dependencies(needs) }),
    ...(isNeverEmpty === true && { minProperties: 1 }),
    additionalProperties: false,
  }
  if (shorthand === undefined) return { description, ...mapping }
  return { description, anyOf: [fields.get(shorthand)?.shape.schema, mapping] }
}

function fieldSchema(field: AnyField): JsonSchema {
  if (field.presence !== 'default') return field.shape.schema
  return { ...field.shape.schema, default: field.shape.write(field.value) }
}

function requiring(name: string): JsonSchema {
  return { properties: { [name]: true }, required: [name] }
}

function dependencies(needs: Readonly<Record<string, string | undefined>>): JsonSchema {
  return Object.fromEntries(Object.entries(needs).map(([name, needed]) => [name, [needed]]))
}
