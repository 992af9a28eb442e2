/** Who pushes to an image registry: Basic credentials, made anew whenever they are asked for. */
export interface RegistryCredentials {
  /** `host` or `host:port` of the registry. */
  readonly host: string
  readonly user: string
  /** The password; for `0sessiontoken` the JSON text `{"token":…,"expires_in":…}`. */
  token(): Promise<string>
}
