import type { ServiceFunction } from './define-service-function.ts'
import { failureSchema } from './openapi-failures.ts'
import { openApiPath, type OpenApiPath } from './openapi-operation.ts'
import type { JsonSchema } from './openapi-schema.ts'

/** What a description says besides the functions. */
export interface OpenApiOptions {
  /** Default `Service functions`. */
  readonly title?: string | undefined
  /** Of the service; default `1.0.0`. */
  readonly version?: string | undefined
  /** The service in `CREATE FUNCTION`, as typed in SQL; default `MY_SERVICE`, for a service does not know its name. */
  readonly service?: string | undefined
  /** The endpoint in `CREATE FUNCTION`; default `my-endpoint`. */
  readonly endpoint?: string | undefined
}

/** An OpenAPI 3.1 document. */
export interface OpenApiDocument {
  readonly openapi: string
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly paths: Readonly<Record<string, OpenApiPath>>
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> }
}

/**
 * The OpenAPI 3.1 document of service functions: batches and answers as schemas, every status with its codes, and
 * under `x-snowflake-function` the SQL.
 *
 * @throws {SqlError} `IDENTIFIER_INVALID` when `service` cannot be read.
 * @see https://spec.openapis.org/oas/v3.1.1.html
 */
export function openApiDocument(
  functions: readonly ServiceFunction[],
  options: OpenApiOptions = {},
): OpenApiDocument {
  const { title, version, service, endpoint } = withDefaults(options)
  const paths = functions.map((definition) => {
    const id = operationId(definition, functions)
    return [definition.path, openApiPath(definition, id, { service, endpoint })] as const
  })
  return {
    openapi: '3.1.1',
    info: { title, version, description: 'Functions that Snowflake calls with batches of rows' },
    paths: Object.fromEntries(paths),
    components: { schemas: { Failure: failureSchema() } },
  }
}

/** The options, with what stands for those that are not given. */
export function withDefaults({
  title = 'Service functions',
  version = '1.0.0',
  service = 'MY_SERVICE',
  endpoint = 'my-endpoint',
}: OpenApiOptions): Record<keyof OpenApiOptions, string> {
  return { title, version, service, endpoint }
}

/** The function's name; with its path where the name is overloaded, for ids are unique. */
function operationId(
  { name, path }: ServiceFunction,
  functions: readonly ServiceFunction[],
): string {
  const isOverloaded = functions.filter((other) => other.name === name).length > 1
  return isOverloaded ? `${name} ${path}` : name
}
