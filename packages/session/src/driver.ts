import type snowflake from 'snowflake-sdk'

/** The driver's module. */
export type Driver = typeof snowflake

let loading: Promise<Driver> | undefined

/**
 * Imports snowflake-sdk, once and as late as possible, because it takes 400 ms; it never logs by itself.
 *
 * @param localHost Host name of a local account: for it the driver probes no cloud, uses no proxy and reports nothing.
 */
export async function loadDriver(localHost?: string): Promise<Driver> {
  // The AWS SDK inside warns of Node 20 on every start; nobody here can act on that.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'
  if (localHost !== undefined) stayLocal(localHost)
  loading ??= importDriver()
  return loading
}

/** The driver reads these variables, and has no options in their place, at import, at login and at requests. */
function stayLocal(host: string): void {
  process.env['SNOWFLAKE_DISABLE_PLATFORM_DETECTION'] ??= 'true'
  process.env['SF_TELEMETRY_DISABLE_CONNECTION_SHAPE'] ??= 'true'
  // By host and not by useEnvProxy, which would switch proxies off for every connection of the process.
  const variable = process.env['no_proxy'] === undefined ? 'NO_PROXY' : 'no_proxy'
  const direct = (process.env[variable] ?? '').split(',').filter((name) => name !== '')
  process.env[variable] = [...new Set([...direct, '127.0.0.1', 'localhost', host])].join(',')
}

async function importDriver(): Promise<Driver> {
  const { default: driver } = await import('snowflake-sdk')
  driver.configure({ logLevel: 'OFF', additionalLogToConsole: false })
  return driver
}
