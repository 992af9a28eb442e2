import { printIdentifier } from '@spcs/sql'
import type { Catalog } from '../catalog/catalog.ts'
import type { Service } from '../catalog/objects.ts'

/**
 * The Content-Security-Policy of a service's pages: the page's own host, and the hosts to which the service's external
 * access integrations let it out.
 */
export function contentSecurityPolicy(service: Service, catalog: Catalog): string {
  const hosts = allowedHosts(service, catalog)
  const list = (words: readonly string[]): string => words.join(' ')
  const web = hosts.flatMap((host) => [`http://${host}`, `https://${host}`])
  const sockets = hosts.map((host) => `wss://${host}`)
  return [
    list(['default-src', "'self'", "'unsafe-inline'", "'unsafe-eval'", ...web, 'blob:', 'data:']),
    "object-src 'none'",
    list(['connect-src', "'self'", ...web, ...sockets]),
    "frame-ancestors 'self';",
  ].join('; ')
}

/** `host`, or `host:port` where the port is not one of the web's. */
function allowedHosts(service: Service, catalog: Catalog): string[] {
  const hosts = service.externalAccessIntegrations
    .map((name) => catalog.integrations.maybe(printIdentifier(name)))
    .filter((integration) => integration?.enabled === true)
    .flatMap((integration) => integration?.allowedNetworkRules ?? [])
    .map((key) => catalog.networkRules.maybe(key))
    .filter((rule) => rule?.type === 'HOST_PORT' || rule?.type === 'PRIVATE_HOST_PORT')
    .flatMap((rule) => rule?.values ?? [])
    .map(sourceOf)
  return [...new Set(hosts)]
}

/** DIFFERS: how Snowflake writes 0.0.0.0, which is every host, is not documented; here it is `*`. */
function sourceOf(value: string): string {
  const [host = '', port = '443'] = value.toLowerCase().split(':')
  const name = host === '0.0.0.0' ? '*' : host
  return port === '443' || port === '80' ? name : `${name}:${port}`
}
