import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { parseJson, printJson } from '@spcs/sql'
import { ServiceFunctionError } from './errors.ts'
import type { HttpAnswer } from './exchange.ts'

const inflate = promisify(gunzip)

/** The text of an answer's body, whatever its status; undefined when it says gzip and is none. */
export async function answerText({ headers, body }: HttpAnswer): Promise<string | undefined> {
  if (headers['content-encoding'] !== 'gzip') return body.toString()
  try {
    return (await inflate(body)).toString()
  } catch {
    return undefined
  }
}

/**
 * The values of a 200 answer, one a row, after the checks that Snowflake makes. Numbers keep their digits: integers
 * beyond 2^53 are bigint, fractions that a double would change are `RawJson`.
 *
 * @throws {ServiceFunctionError} `BATCH_MALFORMED` saying which check failed.
 */
export async function decodeAnswer(answer: HttpAnswer, rows: number): Promise<unknown[]> {
  const md5 = answer.headers['content-md5']
  const text = await answerText(answer)
  if (text === undefined) throw malformed('its content-encoding is gzip, its body is not')
  if (md5 !== undefined && md5 !== createHash('md5').update(answer.body).digest('base64')) {
    throw malformed('its body does not have the checksum in Content-MD5', text)
  }
  const data = parseData(text)
  if (data === undefined) throw malformed('it is not {"data": [[row, result], ...]}', text)
  if (data.length !== rows) throw malformed(`it has ${data.length} rows for ${rows}`, text)
  return data.map((pair, index) => {
    if (!Array.isArray(pair)) throw malformed(`its row ${index} is not an array`, text)
    if (pair.length !== 2) {
      throw malformed(`its row ${index} has ${pair.length - 1} values, not one`, text)
    }
    if (pair[0] !== index) {
      throw malformed(`its row ${index} has the row number ${printJson(pair[0])}`, text)
    }
    return pair[1] as unknown
  })
}

function parseData(text: string): unknown[] | undefined {
  try {
    const json = parseJson(text, { exact: true })
    const hasData = typeof json === 'object' && json !== null && 'data' in json
    return hasData && Array.isArray(json.data) ? json.data : undefined
  } catch {
    return undefined
  }
}

function malformed(state: string, body?: string): ServiceFunctionError {
  return new ServiceFunctionError(
    'BATCH_MALFORMED',
    `Cannot read answer of the service: ${state}`,
    {
      status: 200,
      body,
      hint: 'Answer every row of the batch once, in order, under its own row number',
    },
  )
}
