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
  | 'COMPUTE_POOL_MISSING' // the account has no compute pool of this name, or the role may not see it
  | 'COMPUTE_POOL_SUSPENDED' // the compute pool is suspended, so that waiting for it would never end
  | 'COMPUTE_POOL_TIMED_OUT' // the compute pool had no node in time
  | 'STEP_FAILED' // a step of a deploy failed; the steps before it are done
  // Images
  | 'IMAGE_ARCHITECTURE_WRONG' // the image is not for linux/amd64, or not for what the pool's nodes are
  | 'IMAGE_STAND_IN' // an image on a stand-in base was to go to a real account
  | 'IMAGE_NOT_PINNED' // the service runs another digest than the one that was pushed
  | 'BASE_IMAGE_UNAVAILABLE' // the base image cannot be pulled from its registry
  | 'DOCKER_MISSING' // an image is to be built by Docker, and no engine answers
  | 'DOCKER_BUILD_FAILED' // `docker buildx build` failed; its last lines stand in the message
  // Plan and apply
  | 'PLAN_DESTRUCTIVE' // the plan has a step that loses something, and nobody allowed it
  | 'DEPLOY_LOCKED' // another deploy into this schema is under way
  | 'DEPLOY_LOCK_LOST' // the lock ran out or was taken while we worked
  | 'ROLLBACK_IMPOSSIBLE' // the service's comment tells of no earlier specification
  | 'UPGRADE_ROLLED_BACK' // an upgrade failed, and the service runs the specification before it again
  // Why a service does not run, or cannot be reached
  | 'IMAGE_MISSING' // the repository has no such image, or the account cannot pull it
  | 'IMAGE_READ_MISSING' // the role has no READ on the image repository
  | 'STAGE_READ_MISSING' // the role has no READ on a stage that the service uses
  | 'COMPUTE_POOL_USAGE_MISSING' // the role has no USAGE on the compute pool
  | 'COMPUTE_POOL_FULL' // no node has room, and the pool may have no more
  | 'WAREHOUSE_USAGE_MISSING' // the role has no USAGE on the warehouse
  | 'EXTERNAL_ACCESS_MISSING' // an integration is missing, or the role has no USAGE on it
  | 'BIND_ENDPOINT_MISSING' // the role has no BIND SERVICE ENDPOINT on the account
  | 'SECRET_MISSING' // a secret is missing, or the role has no READ on it
  | 'PROBE_FAILING' // the container runs, and its readiness probe gets no 200
  | 'CONTAINER_CRASHING' // the container ends again and again
  | 'CONTAINER_OUT_OF_MEMORY' // the container was ended for using more memory than its limit
  | 'ENDPOINT_PROVISIONING' // the public endpoint has no address yet
  | 'SERVICE_ROLE_MISSING' // a user who should open the endpoint holds none of its service roles
  | 'ROLE_BLOCKED' // a user's default role is one that may not sign in at endpoints
  | 'TOKEN_EXPIRED' // the login token has run out

/** A fault on the way of an app into an account. */
export class DeployError extends CodedError<DeployErrorCode> {}
