import { createFunctionSql, type CreateFunctionOptions } from './create-function-sql.ts'
import type { ServiceFunction } from './define-service-function.ts'
import { BATCH_ID_HEADER, contextHeader, QUERY_ID_HEADER } from './headers.ts'
import {
  exampleAnswer,
  EXAMPLE_BATCH_ID,
  exampleContextValue,
  exampleRequest,
} from './openapi-example.ts'
import { failureResponses } from './openapi-failures.ts'
import { argumentSchema, type JsonSchema, resultSchema } from './openapi-schema.ts'
import { printSignature } from './signature.ts'

/** What is answered at one path: POST, and for a long-running function GET. */
export interface OpenApiPath {
  readonly post: OpenApiOperation
  readonly get?: OpenApiOperation
}

/** One operation of OpenAPI. */
export interface OpenApiOperation {
  readonly operationId: string
  readonly summary: string
  readonly description: string
  readonly parameters: readonly object[]
  readonly requestBody?: object
  readonly responses: Readonly<Record<string, object>>
  /** The function in SQL's words. */
  readonly 'x-snowflake-function'?: object
}

/** The operations of a service function. */
export function openApiPath(
  definition: ServiceFunction,
  operationId: string,
  place: Pick<CreateFunctionOptions, 'service' | 'endpoint'>,
): OpenApiPath {
  const { longRunning } = definition
  const signature = `${definition.name} ${printSignature(definition)} RETURNS ${definition.returns.sqlType}`
  const parameters = parametersOf(definition)
  const answer = answerResponse(definition)
  const post: OpenApiOperation = {
    operationId,
    summary: signature,
    description: describe(definition),
    parameters,
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: requestSchema(definition),
          example: exampleRequest(definition),
        },
      },
    },
    responses: {
      ...(longRunning ? { 202: STARTED } : { 200: answer }),
      ...failureResponses(definition, 'POST'),
    },
    'x-snowflake-function': {
      name: definition.name,
      signature: printSignature(definition),
      returns: definition.returns.sqlType,
      nullHandling: definition.nullHandling,
      vectorized: definition.vectorized,
      longRunning,
      ...(definition.maxBatchRows !== undefined && { maxBatchRows: definition.maxBatchRows }),
      contextHeaders: definition.contextHeaders,
      createFunction: createFunctionSql(definition, place),
    },
  }
  if (!longRunning) return { post }
  const get: OpenApiOperation = {
    operationId: `${operationId}_ANSWER`,
    summary: `The answer of a batch of ${definition.name}`,
    description: 'Ask again while it is 202. An answer is kept for twelve hours.',
    parameters: [batchIdParameter(true)],
    responses: { 200: answer, 202: RUNNING, ...failureResponses(definition, 'GET') },
  }
  return { post, get }
}

/** For readers, in Markdown. */
function describe({ comment, nullHandling, maxBatchRows, longRunning }: ServiceFunction): string {
  return [
    comment,
    nullHandling === 'returns-null-on-null-input'
      ? 'A row with a NULL argument is answered with NULL.'
      : 'The function is called on NULL arguments, too.',
    maxBatchRows !== undefined && `Snowflake sends at most ${maxBatchRows} rows at once.`,
    longRunning &&
      `Answered with 202 at once: ask for the rows with GET and the same ${BATCH_ID_HEADER}.`,
  ]
    .filter((line) => typeof line === 'string')
    .join('\n\n')
}

function requestSchema({ arguments: list, maxBatchRows }: ServiceFunction): JsonSchema {
  const values = list.map(({ name, sqlType, type }) => ({
    title: name,
    'x-sql-type': sqlType,
    ...argumentSchema(type),
  }))
  return batchSchema(values, maxBatchRows)
}

function answerResponse(definition: ServiceFunction): object {
  const { sqlType, type } = definition.returns
  const value = { title: 'Result', 'x-sql-type': sqlType, ...resultSchema(type) }
  return {
    description: 'A result for each row, under the row numbers of the request and in their order',
    headers: {
      'content-md5': {
        description: 'The MD5 of the body, in base64; Snowflake compares it',
        schema: { type: 'string' },
      },
    },
    content: {
      'application/json': {
        schema: batchSchema([value], definition.maxBatchRows),
        example: exampleAnswer(definition),
      },
    },
  }
}

/** `{"data": [[row, ...values], ...]}` */
function batchSchema(values: readonly JsonSchema[], maxBatchRows: number | undefined): JsonSchema {
  const row = {
    type: 'array',
    prefixItems: [{ title: 'Row number', type: 'integer' }, ...values],
    minItems: values.length + 1,
    items: false,
  }
  const data = {
    type: 'array',
    items: row,
    ...(maxBatchRows !== undefined && { maxItems: maxBatchRows }),
  }
  return { type: 'object', required: ['data'], properties: { data } }
}

function parametersOf({ longRunning, contextHeaders }: ServiceFunction): readonly object[] {
  const context = contextHeaders.flatMap((contextFunction) => {
    const name = contextHeader(contextFunction)
    return [
      header(name, `The value of ${contextFunction}(); required, unless ${name}-base64 comes`, {
        example: exampleContextValue(contextFunction),
      }),
      header(
        `${name}-base64`,
        'The same in base64, with what HTTP cannot carry; it is taken first',
      ),
    ]
  })
  return [batchIdParameter(longRunning), QUERY_ID, CONTENT_ENCODING, ...context]
}

function batchIdParameter(required: boolean): object {
  const description = 'The same on every attempt and poll of a batch; it is not computed twice'
  return header(BATCH_ID_HEADER, description, { required, example: EXAMPLE_BATCH_ID })
}

function header(name: string, description: string, more: object = {}): object {
  return { in: 'header', name, description, schema: { type: 'string' }, ...more }
}

const QUERY_ID = header(QUERY_ID_HEADER, 'The id of the SQL query, for the log')
const CONTENT_ENCODING = header('content-encoding', 'How the body is packed', {
  schema: { enum: ['gzip', 'identity'] },
})
const STARTED = { description: 'The batch is started, or was already' }
const RUNNING = { description: 'The batch still runs' }
