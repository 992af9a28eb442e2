import type { DeployErrorCode } from '../errors.ts'
import type { Diagnosis } from './diagnosis.ts'
import { poolSuspended } from './diagnose-pool.ts'
import {
  type NeededKind,
  type NeededObject,
  repositoryOf,
  type StatementFault,
} from './statement-fault.ts'

/** What could be found out about an object that a role cannot use. */
export interface Access {
  readonly object: NeededObject
  /** The role that ran the statement. */
  readonly role: string
  /** True when it is known to exist: then only the privilege is missing. */
  readonly exists: boolean
}

/** What a fault means that needs no further look at the account. */
export function diagnoseFault(
  fault: Exclude<StatementFault, { type: 'privilege-missing' | 'object-hidden' }>,
): Diagnosis {
  switch (fault.type) {
    case 'token-expired':
      return {
        code: 'TOKEN_EXPIRED',
        cause: 'the session has ended, as its login token ran out',
        hint: 'Run the command again: it connects anew',
      }
    case 'architecture-wrong':
      return {
        code: 'IMAGE_ARCHITECTURE_WRONG',
        cause: `image ${fault.image} is made for another processor than that of the pool's nodes`,
        hint: 'Build it with `--platform linux/amd64`, or linux/arm64 for a GEN_ARM family, and deploy again',
      }
    case 'image-missing':
      return {
        code: 'IMAGE_MISSING',
        cause: `image ${fault.image} cannot be retrieved${fault.why === '' ? '' : `: ${fault.why}`}`,
        hint: `Run \`npx spcs images\` to push it; SHOW IMAGES IN IMAGE REPOSITORY ${repositoryOf(fault.image)} lists what is there`,
      }
    case 'pool-suspended':
      return poolSuspended(fault.pool, 'SUSPENDED')
    case 'pool-full':
      return {
        code: 'COMPUTE_POOL_FULL',
        cause: `compute pool ${fault.pool} has its most nodes, and none has room`,
        hint: `Run ALTER COMPUTE POOL ${fault.pool} SET MAX_NODES = …, or request less in the specification`,
      }
    case 'pool-without-node':
      return {
        code: 'COMPUTE_POOL_TIMED_OUT',
        cause: `compute pool ${fault.pool} gets no node: the cloud has none of its family to give`,
        hint: `Deploy again later, or suspend ${fault.pool} and give it another INSTANCE_FAMILY`,
      }
  }
}

/** What it means that a role cannot use an object. */
export function diagnoseAccess({ object, role, exists }: Access): Diagnosis {
  const { on, name } = object
  const { privilege, code, missing } = NEEDED[on]
  const target = on === 'ACCOUNT' ? 'ACCOUNT' : `${on} ${name}`
  const what = on === 'ACCOUNT' ? 'the account' : `${on.toLowerCase()} ${name}`
  const grant = `GRANT ${privilege} ON ${target} TO ROLE ${role}`
  if (exists) {
    return {
      code,
      cause: `role ${role} has no ${privilege} on ${what}${on === 'ACCOUNT' ? ', which public endpoints need' : ''}`,
      hint: `Run ${grant}${on === 'ACCOUNT' ? ' as ACCOUNTADMIN' : ' with the role that owns it'}`,
    }
  }
  return {
    code: missing ?? code,
    cause: `${what} is not there, or role ${role} has no ${privilege} on it`,
    hint: `Create it, with \`npx spcs setup\` where the configuration names it, or run ${grant}`,
  }
}

interface Needed {
  /** The privilege that a service's owner role needs. */
  readonly privilege: string
  readonly code: DeployErrorCode
  /** The code where it is not known whether the object exists; without it, `code` says both. */
  readonly missing?: DeployErrorCode
}

// https://docs.snowflake.com/en/sql-reference/sql/create-service#access-control-requirements
const NEEDED: Readonly<Record<NeededKind, Needed>> = {
  ACCOUNT: { privilege: 'BIND SERVICE ENDPOINT', code: 'BIND_ENDPOINT_MISSING' },
  'COMPUTE POOL': {
    privilege: 'USAGE',
    code: 'COMPUTE_POOL_USAGE_MISSING',
    missing: 'COMPUTE_POOL_MISSING',
  },
  'IMAGE REPOSITORY': {
    privilege: 'READ',
    code: 'IMAGE_READ_MISSING',
    missing: 'REPOSITORY_MISSING',
  },
  INTEGRATION: { privilege: 'USAGE', code: 'EXTERNAL_ACCESS_MISSING' },
  SECRET: { privilege: 'READ', code: 'SECRET_MISSING' },
  STAGE: { privilege: 'READ', code: 'STAGE_READ_MISSING' },
  WAREHOUSE: { privilege: 'USAGE', code: 'WAREHOUSE_USAGE_MISSING' },
}
