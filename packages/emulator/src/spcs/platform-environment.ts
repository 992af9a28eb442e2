import type { Account } from '../account.ts'
import type { Service } from '../catalog/objects.ts'

/** The variables that Snowflake sets in every container, and those by which it finds this account. */
export function platformEnvironment(
  service: Service,
  { name, address }: Pick<Account, 'name' | 'address'>,
): Record<string, string> {
  return {
    SNOWFLAKE_ACCOUNT: name,
    SNOWFLAKE_HOST: '127.0.0.1',
    // DIFFERS: Snowflake sets neither, as its host answers on 443; a session that knows them finds this account.
    SNOWFLAKE_PORT: address.slice(address.lastIndexOf(':') + 1),
    SNOWFLAKE_PROTOCOL: 'http',
    SNOWFLAKE_DATABASE: service.database,
    SNOWFLAKE_SCHEMA: service.schema,
    SNOWFLAKE_SERVICE_NAME: service.name,
    SNOWFLAKE_RUNNING_INSIDE_SPCS: 'true',
    SKIP_TOKEN_FILE_PERMISSIONS_VERIFICATION: 'true',
    SNOWFLAKE_DISABLE_PLATFORM_DETECTION: 'true',
  }
}
