import type { ContainerSecret, SessionTokenConfig, SnowflakeSecret } from '../service-spec.ts'
import { choice } from '../shapes/choice.ts'
import { record } from '../shapes/record.ts'
import { optional, required } from '../shapes/record-options.ts'
import { boolean } from '../shapes/scalar.ts'
import type { Shape } from '../shapes/shape.ts'
import { text } from '../shapes/text.ts'
import { absolutePath, filledText } from './names.ts'

const snowflakeSecret: Shape<SnowflakeSecret> = record<SnowflakeSecret>({
  description: 'The secret: its name, or how a native app refers to it.',
  fields: {
    objectName: optional(
      filledText('Name of a secret; the service’s owner role needs READ on it.'),
    ),
    objectReference: optional(filledText('Reference to a secret, in a native app.')),
  },
  exactlyOne: ['objectName', 'objectReference'],
  shorthand: 'objectName',
})

export const secret: Shape<ContainerSecret> = record<ContainerSecret>({
  description: 'A secret, as files or as one environment variable.',
  fields: {
    snowflakeSecret: required(snowflakeSecret),
    directoryPath: optional(
      absolutePath(
        'Folder that gets a file for each key; the files follow later changes of the secret.',
      ),
    ),
    envVarName: optional(
      filledText('Environment variable; it keeps the value that the container started with.'),
    ),
    secretKeyRef: optional(
      choice('Which key of the secret the variable gets.', [
        'username',
        'password',
        'secret_string',
        'access_token',
      ]),
    ),
  },
  exactlyOne: ['directoryPath', 'envVarName'],
  needs: { secretKeyRef: 'envVarName' },
})

export const sessionTokenConfig: Shape<SessionTokenConfig> = record<SessionTokenConfig>({
  description: 'Where and how the container gets its session token.',
  fields: {
    path: optional(
      text({
        description: 'Absolute folder for the token, apart from every mount.',
        pattern: /^(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9_.-]+)+$/,
        expected: 'a normalised absolute path of letters, digits, - _ and .',
      }),
    ),
    permission: optional(
      choice('Mode of the token file, in quotes.', ['0400', '0600', '0640', '0644']),
    ),
    mountConnectionConfig: optional(
      boolean(
        'True writes a connections.toml that uses the token, and sets SNOWFLAKE_HOME to its folder.',
      ),
    ),
  },
  needs: { permission: 'path' },
  isNeverEmpty: true,
})
