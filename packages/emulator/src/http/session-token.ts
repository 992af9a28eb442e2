/** The token of `Authorization: Snowflake Token="…"`, with or without the quotes; empty when there is none. */
export function sessionToken(authorization: string | undefined): string {
  return /^Snowflake Token="?([^"\s]+)"?$/i.exec(authorization?.trim() ?? '')?.[1] ?? ''
}
