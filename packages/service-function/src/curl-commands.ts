import type { ServiceFunction } from './define-service-function.ts'
import { BATCH_ID_HEADER, contextHeader } from './headers.ts'
import { EXAMPLE_BATCH_ID, exampleContextValue, exampleRequest } from './openapi-example.ts'

/**
 * The commands that call a function, as one pastes them into a shell: the POST, and for a long-running function the GET.
 *
 * @param origin Of the service: `http://localhost:9090`.
 */
export function curlCommands(definition: ServiceFunction, origin: string): readonly string[] {
  const { path, longRunning, contextHeaders } = definition
  const url = quote(`${origin}${path}`)
  const batchId = longRunning ? [headerOption(BATCH_ID_HEADER, EXAMPLE_BATCH_ID)] : []
  const context = contextHeaders.map((contextFunction) =>
    headerOption(contextHeader(contextFunction), exampleContextValue(contextFunction)),
  )
  const body = `-d ${quote(JSON.stringify(exampleRequest(definition)))}`
  const post = [url, headerOption('content-type', 'application/json'), ...batchId, ...context, body]
  const calls = longRunning ? [post, [url, ...batchId]] : [post]
  return calls.map((words) => `curl ${words.join(' \\\n  ')}`)
}

function headerOption(name: string, value: string): string {
  return `-H ${quote(`${name}: ${value}`)}`
}

/** One word of a shell, whatever is in it. */
function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
