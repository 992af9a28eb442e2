/** By attribute, the variable that Snowflake sets in containers. The prefix `snow.` is Snowflake's own. */
const VARIABLES = {
  'snowflake.service.name': 'SNOWFLAKE_SERVICE_NAME',
  'snowflake.database.name': 'SNOWFLAKE_DATABASE',
  'snowflake.schema.name': 'SNOWFLAKE_SCHEMA',
} as const

/** Where in Snowflake this container is, as attributes of an OpenTelemetry resource; empty anywhere else. */
export function containerResource(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Record<string, string | undefined> {
  const attributes = Object.entries(VARIABLES).map(([name, variable]) => [
    name,
    environment[variable],
  ])
  return Object.fromEntries(attributes) as Record<string, string | undefined>
}
