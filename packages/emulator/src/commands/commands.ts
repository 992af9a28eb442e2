import { computePoolCommands } from '../spcs/commands/compute-pool.ts'
import { imageRepositoryCommands } from '../spcs/commands/image-repository.ts'
import { serviceFunctionCommands } from '../spcs/commands/service-function.ts'
import { serviceCommands } from '../spcs/commands/service.ts'
import type { Command } from './command.ts'
import { commentCommands } from './comment-on.ts'
import { databaseCommands } from './database.ts'
import { externalAccessIntegrationCommands } from './external-access-integration.ts'
import { grantCommands } from './grant.ts'
import { networkRuleCommands } from './network-rule.ts'
import { roleCommands } from './role.ts'
import { schemaCommands } from './schema.ts'
import { secretCommands } from './secret.ts'
import { sessionCommands } from './session.ts'
import { showGrantsCommands } from './show-grants.ts'
import { stageTransferCommands } from './stage-transfer.ts'
import { stageCommands } from './stage.ts'
import { tableCommands } from './table.ts'
import { useCommands } from './use.ts'
import { userCommands } from './user.ts'
import { warehouseCommands } from './warehouse.ts'

/** Every command. The first that fits is run, so SHOW ROLES IN SERVICE stands before SHOW ROLES. */
export const commands: readonly Command[] = [
  ...computePoolCommands,
  ...imageRepositoryCommands,
  ...serviceCommands,
  ...serviceFunctionCommands,
  ...databaseCommands,
  ...schemaCommands,
  ...tableCommands,
  ...stageCommands,
  ...stageTransferCommands,
  ...warehouseCommands,
  ...networkRuleCommands,
  ...secretCommands,
  ...externalAccessIntegrationCommands,
  ...roleCommands,
  ...userCommands,
  ...showGrantsCommands,
  ...grantCommands,
  ...useCommands,
  ...sessionCommands,
  ...commentCommands,
]
