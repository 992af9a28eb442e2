import { stringify } from 'yaml'

import { serviceSpec } from './definition/service-spec.ts'
import type { ServiceSpec } from './service-spec.ts'

/**
 * A specification in the canonical YAML that DESCRIBE SERVICE shows: it begins with `---`, texts are
 * in double quotes, fields stand in one order, and defaults are left out, except resource requests.
 * {@link parseServiceSpec} reads the same specification back.
 */
export function printServiceSpec(spec: ServiceSpec): string {
  const yaml = stringify(serviceSpec.write(spec), {
    aliasDuplicateObjects: false,
    defaultKeyType: 'PLAIN',
    defaultStringType: 'QUOTE_DOUBLE',
    indentSeq: false,
    lineWidth: 0,
  })
  return `---\n${yaml}`
}
