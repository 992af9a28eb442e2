import { quoteLiteral, type QueryRunner } from '@spcs/sql'
import { textOf } from '../objects/object-kind.ts'
import { printUnquotedName } from '../objects/property.ts'
import { type LogAnswer, parsePlainAnswer, parseTimedAnswer } from './log-line.ts'

/** Which log, and how much of it. */
export interface LogQuestion {
  readonly service: string
  readonly instance: string
  readonly container: string
  /** Of the run before the last restart. */
  readonly previous?: boolean | undefined
  /** RFC 3339. */
  readonly since?: string | undefined
}

/** More lines than 100 KB hold, so that the size alone limits an answer. */
const ALL_LINES = 100_000

/**
 * Asks for logs with the time of each line: by a form of SYSTEM$GET_SERVICE_LOGS that is not documented and that
 * Snowflake's own CLI uses. An account that refuses it is asked in the documented form from then on.
 *
 * @see https://docs.snowflake.com/en/sql-reference/functions/system_get_service_logs
 */
export class LogReader {
  readonly #runner: QueryRunner
  #tellsTimes = true

  constructor(runner: QueryRunner) {
    this.#runner = runner
  }

  /** False once the account has refused to tell the times of lines. */
  get tellsTimes(): boolean {
    return this.#tellsTimes
  }

  /** The log; undefined where there is none yet, or no longer. */
  async read(question: LogQuestion): Promise<LogAnswer | undefined> {
    if (this.#tellsTimes) {
      try {
        return parseTimedAnswer(await this.#ask(timedLogsSql(question)))
      } catch (error) {
        if (!isStatementFault(error)) throw error
        if (question.previous === true || isNoLogYet(error)) return undefined
        return await this.#readPlain(question, error)
      }
    }
    try {
      return parsePlainAnswer(await this.#ask(plainLogsSql(question)))
    } catch (error) {
      if (!isStatementFault(error)) throw error
      if (question.previous === true || isNoLogYet(error)) return undefined
      throw error
    }
  }

  /** If the documented form works, the other one is what was refused; if not, the first answer is the reason. */
  async #readPlain(question: LogQuestion, refusal: unknown): Promise<LogAnswer> {
    try {
      const answer = parsePlainAnswer(await this.#ask(plainLogsSql(question)))
      this.#tellsTimes = false
      return answer
    } catch (error) {
      throw isStatementFault(error) ? refusal : error
    }
  }

  async #ask(sql: string): Promise<string> {
    const { rows } = await this.#runner.execute(sql)
    return textOf(rows[0]?.[0])
  }
}

/** True when the account answered and said no; false when it did not answer, or the session has ended. */
export function isStatementFault(error: unknown): boolean {
  if (!(error instanceof Error) || !('snowflakeCode' in error)) return false
  return !('code' in error) || error.code === 'SQL_FAILED'
}

/** A container that has not started has no log; Snowflake says so by an error. */
function isNoLogYet(error: unknown): boolean {
  return error instanceof Error && /Container Status: PENDING|Waiting to start/i.test(error.message)
}

function timedLogsSql(question: LogQuestion): string {
  const { previous = false, since = '' } = question
  const more = [previous ? 'TRUE' : 'FALSE', quoteLiteral(since), 'TRUE']
  return `SELECT SYSTEM$GET_SERVICE_LOGS(${[...whichLog(question), ...more].join(', ')})`
}

function plainLogsSql(question: LogQuestion): string {
  const more = question.previous === true ? ['TRUE'] : []
  return `SELECT SYSTEM$GET_SERVICE_LOGS(${[...whichLog(question), ...more].join(', ')})`
}

function whichLog({ service, instance, container }: LogQuestion): string[] {
  const name = printUnquotedName(service)
  return [...[name, instance, container].map(quoteLiteral), String(ALL_LINES)]
}
