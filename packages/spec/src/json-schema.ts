import { serviceSpec } from './definition/service-spec.ts'
import type { JsonSchema } from './shapes/shape.ts'

/** The JSON Schema (draft 7) of a service specification or its template, for editors. */
export function serviceSpecSchema(): JsonSchema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Snowpark Container Services specification',
    ...serviceSpec.schema,
  }
}
