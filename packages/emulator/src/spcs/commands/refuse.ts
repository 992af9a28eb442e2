import { unsupported } from '../../snowflake-error.ts'

/** What reads a property that Snowflake has and this account has not: it refuses it by name. */
export function refuse(feature: string): () => never {
  return () => {
    throw unsupported(feature)
  }
}
