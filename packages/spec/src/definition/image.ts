import { IMAGE, imageHint, parseImageReference } from '../image-reference.ts'
import type { Shape } from '../shapes/shape.ts'
import { text } from '../shapes/text.ts'

/** Hosts that hold Snowflake's own registries, and this machine, where the local account has one. */
const KNOWN_REGISTRY =
  /\.snowflakecomputing\.(?:com|cn)$|^localhost(?::|$)|\.localhost(?::|$)|^127\./

export const image: Shape<string> = text({
  description:
    'The image, as /database/schema/repository/name:tag; the host of the account’s own registry may stand before it.',
  examples: ['/my_db/public/image_repo/my-service:v1'],
  pattern: IMAGE,
  expected: 'an image of an image repository',
  hint: imageHint,
  warning(value) {
    const { registry, tag, digest } = parseImageReference(value)
    if (registry !== undefined && !KNOWN_REGISTRY.test(registry)) {
      return [
        `Snowflake pulls images from its own registries only, and '${registry}' is none that is known`,
        'Push the image to an image repository and write /database/schema/repository/name:tag',
      ]
    }
    if (digest !== undefined) {
      return [
        'Snowflake does not document digests in an image',
        'Name the image by a tag that never moves',
      ]
    }
    if (tag === undefined) {
      return [
        `image '${value}' has no tag, so 'latest' is taken`,
        `Write the tag you mean: ${value}:latest`,
      ]
    }
    return undefined
  },
})
