import type { FastifyRequest, FastifyServerOptions } from 'fastify'
import type { LogLevel } from '../config.ts'

/** Where log lines go when not to standard output. */
export interface LogStream {
  write(line: string): void
}

type LoggerOptions = Exclude<FastifyServerOptions['logger'], boolean | undefined>

/**
 * What pino is to do: requests without their query and headers, and no secret in any line, whoever wrote it.
 *
 * @param secrets Texts that are replaced wherever they appear; asked for with every line.
 */
export function loggerOptions(
  level: LogLevel,
  secrets: () => readonly string[],
  stream?: LogStream,
): LoggerOptions {
  return {
    level,
    ...(stream === undefined ? {} : { stream }),
    serializers: {
      req: (request: FastifyRequest) => ({
        method: request.method,
        path: request.url.split('?')[0],
      }),
    },
    hooks: { streamWrite: (line) => scrub(line, secrets()) },
  }
}

/** A line without secrets: known ones by their text, others by where they stand. */
export function scrub(line: string, secrets: readonly string[]): string {
  let text = line
  for (const secret of secrets) {
    if (secret !== '') text = text.replaceAll(secret, '[hidden]')
  }
  return text
    .replace(/([?&]token=)[^&\s"'\\]+/gi, '$1[hidden]')
    .replace(/(\bBearer\s+|\bBasic\s+|Snowflake Token=\\*"?)[\w.~+/=:-]+/gi, '$1[hidden]')
    .replace(
      /("?(?:set-)?cookie"?|"?authorization"?|"?sf-context-current-user-token"?)(\s*[:=]\s*\\*"?)[^"\\\r\n]+/gi,
      '$1$2[hidden]',
    )
}
