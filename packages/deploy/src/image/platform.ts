/** What an image is built for. Snowflake runs arm64 on GEN_ARM_* instance families alone, and darwin never. */
export type Platform = 'linux/amd64' | 'linux/arm64' | 'darwin/amd64' | 'darwin/arm64'

/** A platform in npm's words. */
export interface PackagePlatform {
  readonly os: string
  readonly cpu: string
  /** Absent where there is no choice. */
  readonly libc: 'glibc' | 'musl' | undefined
}

/** This machine's: what the process runner of the local account can run native code of. */
export function machinePlatform(): Platform {
  const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64'
  return process.platform === 'darwin' ? `darwin/${architecture}` : `linux/${architecture}`
}

/** Which builds of packages an image of this platform needs: Node's own images for Debian have glibc. */
export function packagePlatform(platform: Platform): PackagePlatform {
  const [os = '', architecture] = platform.split('/')
  const cpu = architecture === 'amd64' ? 'x64' : 'arm64'
  return { os, cpu, libc: os === 'linux' ? 'glibc' : undefined }
}

/** What the nodes of a compute pool run, by their instance family: https://docs.snowflake.com/en/sql-reference/sql/create-compute-pool */
export function nodePlatform(instanceFamily: string | undefined): 'linux/amd64' | 'linux/arm64' {
  return instanceFamily?.toUpperCase().startsWith('GEN_ARM_') === true
    ? 'linux/arm64'
    : 'linux/amd64'
}
