import { SpecError } from './errors.ts'

/** The parts of an `image` value; `registry` is missing in path form. */
export interface ImageReference {
  /** Host, with its port where it has one. */
  readonly registry?: string
  readonly database: string
  readonly schema: string
  readonly repository: string
  readonly name: string
  readonly tag?: string
  /** `sha256:<hex>`. */
  readonly digest?: string
}

const REGISTRY = String.raw`[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?(?::\d{1,5})?`
const PART = '[a-z0-9][a-z0-9._$-]*'

/** The text of an image in path form or with its registry's host. */
export const IMAGE: RegExp = new RegExp(
  `^(?<registry>${REGISTRY})?/(?<database>${PART})/(?<schema>${PART})/(?<repository>${PART})` +
    `/(?<name>${PART}(?:/${PART})*)` +
    String.raw`(?::(?<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?$`,
)

/**
 * The parts of an image's name: `/db/schema/repo/name:tag`, or the same after a registry's host.
 *
 * @throws {SpecError} `IMAGE_REFERENCE_INVALID` when the text has another form.
 */
export function parseImageReference(text: string): ImageReference {
  const parts = IMAGE.exec(text)?.groups
  if (parts === undefined) {
    throw new SpecError(
      'IMAGE_REFERENCE_INVALID',
      `Cannot read image "${text}": not in an image repository`,
      {
        hint: imageHint(text),
      },
    )
  }
  const { registry, database = '', schema = '', repository = '', name = '', tag, digest } = parts
  return {
    ...(registry !== undefined && { registry }),
    database,
    schema,
    repository,
    name,
    ...(tag !== undefined && { tag }),
    ...(digest !== undefined && { digest }),
  }
}

/** The text of an image reference: what {@link parseImageReference} reads. */
export function printImageReference(image: ImageReference): string {
  const { registry = '', database, schema, repository, name, tag, digest } = image
  const path = `${registry}/${database}/${schema}/${repository}/${name}`
  return `${path}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`
}

/** What to write in place of a text that names no image. */
export function imageHint(text: string): string {
  const lower = lowerCasePath(text)
  if (lower !== text && IMAGE.test(lower)) return `Write it in lower case: ${lower}`
  if (IMAGE.test(`/${text}`)) return `Begin it with a slash: /${text}`
  return 'Push the image to an image repository and write /database/schema/repository/name:tag'
}

/** Tags keep their case; everything before them is lower case in a registry. */
function lowerCasePath(text: string): string {
  const tag = /:[^/:]*$/.exec(text)?.[0] ?? ''
  return text.slice(0, text.length - tag.length).toLowerCase() + tag
}
