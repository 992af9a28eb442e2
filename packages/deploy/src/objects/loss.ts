/** What an alteration takes away that a deploy does not bring back. */
export interface Loss {
  /** `the service is dropped; its URL changes`. */
  readonly what: string
  /** The words on the command line that allow it: `--allow-recreate DB.PUBLIC.API`; without them nothing does. */
  readonly allowedBy?: string | undefined
  /** What to do where nothing allows it. */
  readonly hint?: string | undefined
}
