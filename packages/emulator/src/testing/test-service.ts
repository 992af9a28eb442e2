import type { Service } from '../catalog/objects.ts'
import { TEST_TIME } from './test-account.ts'

/** A service as CREATE SERVICE makes it, with these changes. Its specification is empty unless one is given. */
export function testService(changes: Partial<Service> = {}): Service {
  return {
    kind: 'SERVICE',
    id: 's1',
    database: 'DB',
    schema: 'PUBLIC',
    name: 'CONVERT_API',
    createdOn: TEST_TIME,
    owner: 'ACCOUNTADMIN',
    comment: '',
    computePool: 'POOL',
    spec: '',
    specDigest: '',
    imageDigests: {},
    suspended: false,
    minInstances: 1,
    maxInstances: 1,
    minReadyInstances: 1,
    autoResume: true,
    autoSuspendSecs: 0,
    externalAccessIntegrations: [],
    queryWarehouse: null,
    updatedOn: TEST_TIME,
    resumedOn: null,
    suspendedOn: null,
    ...changes,
  }
}
