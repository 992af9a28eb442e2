import { CONVERT_UDF } from '@spcs/convert-api/functions'
import { KERNEL_GLOBALS } from '@spcs/notebook/kernel/kernel-globals'
import { defineConfig, type Deployment } from './scripts/config.ts'

const ROLE = 'CONTAINER_USER_ROLE'

/** What differs between environments. */
interface Values {
  readonly database: string
  readonly warehouse: string
  readonly computePool: string
  readonly maxNodes?: number
  /** Of convert-api; a second one keeps it answering through an upgrade. */
  readonly instances?: number
  /** Let the notebook reach every host on ports 443 and 80, as the quickstart does; without it, none outside Snowflake. */
  readonly allowAllEgress?: boolean
}

const ALL_HOSTS = ['0.0.0.0:443', '0.0.0.0:80']

/** What `npx spcs deploy` puts into an account. Names are the quickstart's; no more rights than it needs. */
function describe(values: Values): Deployment {
  const { database: DATABASE, warehouse: WAREHOUSE, computePool: POOL } = values
  const { maxNodes = 1, instances = 1, allowAllEgress = false } = values
  const IN_PUBLIC = (name: string): string => `${DATABASE}.PUBLIC.${name}`
  return {
    adminRole: 'ACCOUNTADMIN',
    role: ROLE,
    database: DATABASE,
    schema: 'PUBLIC',
    warehouse: WAREHOUSE,

    // Made with the admin role.
    account: {
      roles: [{ name: ROLE, comment: 'Owns the container services of the quickstart' }],
      // Admin roles may not open a public endpoint, so there is a user whose default role may.
      users: [{ name: 'DEVELOPER', defaultRole: ROLE, defaultWarehouse: WAREHOUSE }],
      grants: [
        { privilege: 'CREATE DATABASE', on: 'ACCOUNT', toRole: ROLE },
        { privilege: 'CREATE WAREHOUSE', on: 'ACCOUNT', toRole: ROLE },
        { privilege: 'CREATE COMPUTE POOL', on: 'ACCOUNT', toRole: ROLE },
        // For the public endpoint of the notebook.
        { privilege: 'BIND SERVICE ENDPOINT', on: 'ACCOUNT', toRole: ROLE },
        ...(allowAllEgress
          ? [{ privilege: 'CREATE INTEGRATION', on: 'ACCOUNT', toRole: ROLE } as const]
          : []),
        { role: ROLE, toRole: 'ACCOUNTADMIN' },
        { role: ROLE, toUser: 'DEVELOPER' },
      ],
    },

    // Made with the role above, which then owns it.
    objects: {
      databases: [{ name: DATABASE }],
      warehouses: [{ name: WAREHOUSE, size: 'XSMALL', autoSuspendSecs: 120, autoResume: true }],
      stages: [{ name: IN_PUBLIC('SPECS') }, { name: IN_PUBLIC('VOLUMES'), directory: true }],
      computePools: [{ name: POOL, minNodes: 1, maxNodes, instanceFamily: 'CPU_X64_XS' }],
      imageRepositories: [{ name: IN_PUBLIC('IMAGE_REPO') }],
      ...(allowAllEgress && {
        networkRules: [{ name: IN_PUBLIC('ALLOW_ALL_RULE'), hosts: ALL_HOSTS }],
        externalAccessIntegrations: [
          { name: 'ALLOW_ALL_EAI', networkRules: [IN_PUBLIC('ALLOW_ALL_RULE')] },
        ],
      }),
    },

    imageRepository: IN_PUBLIC('IMAGE_REPO'),
    workloads: [
      {
        name: 'convert-api',
        entryPoint: 'apps/convert-api/src/main.ts',
        dockerfile: 'docker/convert-api.Dockerfile',
        port: 9090,
        spec: 'specs/convert-api.yaml',
        specOnStage: `@${IN_PUBLIC('SPECS')}`,
        service: IN_PUBLIC('CONVERT_API'),
        computePool: POOL,
        minInstances: instances,
        maxInstances: instances,
        functions: [
          { definition: CONVERT_UDF, name: IN_PUBLIC('CONVERT_UDF'), endpoint: 'convert-api' },
        ],
      },
      {
        name: 'notebook',
        entryPoint: 'apps/notebook/src/main.ts',
        dockerfile: 'docker/notebook.Dockerfile',
        build: {
          prepare: [
            { script: 'build:web', folder: 'apps/notebook', to: 'web' },
            {
              script: 'build:types',
              folder: 'apps/notebook',
              sources: [
                'packages/errors',
                'packages/sql',
                'packages/dataframe',
                'packages/session',
              ],
              to: 'types/node_modules',
            },
          ],
          entryPoints: {
            'kernel/main': 'apps/notebook/src/kernel/child/main.ts',
            'kernel/driver': 'apps/notebook/src/kernel/child/driver.ts',
          },
          // Whatever a cell declares, `const JSON = …` or `process`, these names stay the kernel's.
          ownGlobals: { kernel: KERNEL_GLOBALS },
          external: [
            '@duckdb/node-api',
            '@lydell/node-pty',
            '@types/node',
            'esbuild',
            'oxc-parser',
            'oxc-transform',
            'typescript',
          ],
        },
        port: 8888,
        spec: 'specs/notebook.yaml',
        specOnStage: `@${IN_PUBLIC('SPECS')}`,
        service: IN_PUBLIC('NOTEBOOK_SERVICE'),
        computePool: POOL,
        queryWarehouse: WAREHOUSE,
        // None closes what an earlier deploy opened.
        externalAccessIntegrations: allowAllEgress ? ['ALLOW_ALL_EAI'] : [],
        functions: [],
        serviceRoles: [{ name: 'notebook_user', toRole: ROLE }],
        users: ['DEVELOPER'],
      },
    ],
  }
}

export default defineConfig<Values>({
  defaultEnvironment: 'dev',
  environments: {
    // The quickstart itself.
    dev: {
      database: 'CONTAINER_HOL_DB',
      warehouse: 'CONTAINER_HOL_WH',
      computePool: 'CONTAINER_HOL_POOL',
    },
    test: {
      database: 'CONTAINER_TEST_DB',
      warehouse: 'CONTAINER_TEST_WH',
      computePool: 'CONTAINER_TEST_POOL',
    },
    prod: {
      connection: 'prod',
      protect: true,
      database: 'CONTAINER_PROD_DB',
      warehouse: 'CONTAINER_PROD_WH',
      computePool: 'CONTAINER_PROD_POOL',
      maxNodes: 2,
      instances: 2,
    },
  },
  describe,
})
