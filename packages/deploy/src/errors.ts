import { CodedError } from '@spcs/errors'

export type DeployErrorCode =
  | 'NAME_UNSUPPORTED' // a service, compute pool or image repository whose name would need quotes
  | 'BUNDLE_FAILED' // esbuild could not make one file of the app
  | 'PACKAGE_MISSING' // a package that an image needs is not in node_modules, or not for its platform
  | 'ASSET_MISSING' // a file or folder that an image is to have is not there
  | 'IMAGE_HAS_NO_BASE' // an image without a base was to go to a real account, where nothing could run it
  | 'REGISTRY_UNREACHABLE' // nothing answers at the registry's address
  | 'REGISTRY_LOGIN_REJECTED' // the registry refused the credentials
  | 'REGISTRY_PATH_UNKNOWN' // the registry knows no repository at this path
  | 'REGISTRY_FAILED' // the registry answered with another error
  | 'STAGE_PATH_INVALID' // text that is no file on a stage
  | 'REPOSITORY_MISSING' // the account has no image repository of this name, or the role may not see it
  | 'SERVICE_MISSING' // the account has no service of this name, or the role may not see it
  | 'SERVICE_FAILED' // the service or one of its containers has failed
  | 'SERVICE_SUSPENDED' // the service is suspended, so that waiting for it would never end
  | 'SERVICE_TIMED_OUT' // the service was not ready in time
  | 'ENDPOINT_TIMED_OUT' // a public endpoint had no URL in time
  | 'SERVICE_POOL_FIXED' // a service is wanted in another compute pool; Snowflake moves none
  | 'COMPUTE_POOL_MISSING' // the account has no compute pool of this name, or the role may not see it
  | 'COMPUTE_POOL_SUSPENDED' // the compute pool is suspended, so that waiting for it would never end
  | 'COMPUTE_POOL_TIMED_OUT' // the compute pool had no node in time
  | 'STEP_FAILED' // a step of a deploy failed; the steps before it are done

/** A fault on the way of an app into an account. */
export class DeployError extends CodedError<DeployErrorCode> {}
