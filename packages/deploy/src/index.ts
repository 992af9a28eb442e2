export { callFunction, type FunctionCall } from './call/call-function.ts'
export { applyDrop } from './cleanup/apply-cleanup.ts'
export {
  type CleanupDrop,
  type CleanupPlan,
  type CleanupWishes,
  type KeptObject,
} from './cleanup/cleanup-plan.ts'
export { foreignServices } from './cleanup/foreign-services.ts'
export { readCleanup } from './cleanup/read-cleanup.ts'
export {
  describeCosts,
  describePoolCost,
  hourlyCost,
  type HourlyCost,
  nodeCredits,
  type PoolNodes,
  warehouseCredits,
} from './cost.ts'
export { checkEndpointAccess, type EndpointUser } from './diagnose/check-endpoint-access.ts'
export { explainStepFailure, type FailedStep } from './diagnose/explain-step-failure.ts'
export { type AccountWishes, checkAccount } from './doctor/check-account.ts'
export { type Check } from './doctor/check.ts'
export { DeployError, type DeployErrorCode } from './errors.ts'
export { type Blob, type Descriptor, readBlob } from './image/blob.ts'
export { type Asset, buildImage, type BuildImageOptions } from './image/build-image.ts'
export {
  type BaseImage,
  composeImage,
  type ComposeImageOptions,
  type Image,
  type ImageSettings,
  immutableTag,
} from './image/image.ts'
export { buildDockerImage, type BuildDockerImageOptions } from './image/docker-build.ts'
export { loadDockerImage, type LoadDockerImageOptions } from './image/docker-image.ts'
export { bundleApp, type BundleOptions } from './image/bundle.ts'
export { type Layer, type LayerFile, packLayer } from './image/layer.ts'
export { machinePlatform, nodePlatform, type Platform } from './image/platform.ts'
export {
  followLogs,
  type FollowLogsOptions,
  type LogEvent,
  readLogs,
  type LogsOptions,
} from './logs/follow-logs.ts'
export {
  alterComputePoolSql,
  type ComputePool,
  type ComputePoolChanges,
  createComputePoolSql,
  describeComputePoolSql,
  dropComputePoolSql,
  resumeComputePoolSql,
  showComputePoolsSql,
  stopAllInComputePoolSql,
  suspendComputePoolSql,
} from './objects/compute-pool.ts'
export {
  alterDatabaseSql,
  createDatabaseSql,
  type Database,
  dropDatabaseSql,
  showDatabasesSql,
} from './objects/database.ts'
export {
  alterExternalAccessIntegrationSql,
  createExternalAccessIntegrationSql,
  dropExternalAccessIntegrationSql,
  type ExternalAccessIntegration,
  showExternalAccessIntegrationsSql,
} from './objects/external-access-integration.ts'
export {
  type Grant,
  grantSql,
  type GrantTarget,
  revokeSql,
  type ServiceRoleName,
  showGrantsSql,
} from './objects/grant.ts'
export {
  alterImageRepositorySql,
  createImageRepositorySql,
  dropImageRepositorySql,
  type ImageRepository,
  showImageRepositoriesSql,
  showImagesSql,
} from './objects/image-repository.ts'
export {
  alterNetworkRuleSql,
  createNetworkRuleSql,
  describeNetworkRuleSql,
  dropNetworkRuleSql,
  type NetworkRule,
  showNetworkRulesSql,
} from './objects/network-rule.ts'
export {
  alterRoleSql,
  createRoleSql,
  dropRoleSql,
  type Role,
  showRolesSql,
} from './objects/role.ts'
export {
  createServiceFunctionSql,
  type DeployedFunction,
  dropServiceFunctionSql,
  printFunctionName,
  showFunctionsSql,
} from './objects/service-function.ts'
export {
  alterServiceSql,
  createServiceSql,
  describeServiceSql,
  dropServiceSql,
  resumeServiceSql,
  type Service,
  serviceLogsSql,
  type ServiceLogsOptions,
  type ServiceProperties,
  type ServiceSource,
  showEndpointsSql,
  showServiceContainersSql,
  showServicesSql,
  suspendServiceSql,
  upgradeServiceSql,
} from './objects/service.ts'
export {
  alterStageDirectorySql,
  alterStageSql,
  createStageSql,
  dropStageSql,
  listStageSql,
  showStagesSql,
  type Stage,
} from './objects/stage.ts'
export {
  alterUserSql,
  createUserSql,
  dropUserSql,
  showUsersSql,
  type User,
} from './objects/user.ts'
export {
  alterWarehouseSql,
  createWarehouseSql,
  dropWarehouseSql,
  showWarehousesSql,
  type Warehouse,
} from './objects/warehouse.ts'
export { type ActualState, NOTHING, readActualState } from './plan/actual-state.ts'
export { type ApplyOptions, applySteps, type StepEvent } from './plan/apply-steps.ts'
export { DeployLock, type DeployLockOptions } from './plan/deploy-lock.ts'
export { type DesiredState } from './plan/desired-state.ts'
export { type DeployStep, planDeploy } from './plan/plan-deploy.ts'
export { type FieldJson, planJson, type PlanJson, type StepJson } from './plan/plan-json.ts'
export { countSteps, type PlanGroup, printPlan, printSteps } from './plan/print-plan.ts'
export { checkPinned } from './registry/check-pinned.ts'
export { pullBase, type PullBaseOptions } from './registry/pull-base.ts'
export { refuseLosses } from './plan/refuse-losses.ts'
export { rollBackTo, rollBackToPrevious, specificationBefore } from './plan/roll-back.ts'
export {
  imageReference,
  type PushedImage,
  pushImage,
  type PushImageOptions,
  type PushProgress,
} from './registry/push-image.ts'
export { maybeRepositoryUrl, repositoryUrl } from './registry/repository-url.ts'
export { putText, specificationPath, type StageText } from './stage-files.ts'
export {
  type AccountStatus,
  type ComputePoolStatus,
  readAccountStatus,
  type WarehouseStatus,
} from './status/account-status.ts'
export {
  type DeployedContainer,
  type DeployedEndpoint,
  type DeployedService,
} from './status/deployed-service.ts'
export { type WaitOptions } from './wait/poll.ts'
export { serviceLogs } from './wait/service-logs.ts'
export { type ContainerStatus, serviceStatus, type ServiceStatus } from './wait/service-status.ts'
export { waitForComputePool } from './wait/wait-for-compute-pool.ts'
export { readEndpoints, type ServiceEndpoint, waitForEndpoints } from './wait/wait-for-endpoints.ts'
export { waitForService } from './wait/wait-for-service.ts'
