import type { NameKind } from '../reading/names.ts'
import type { Shape } from '../shapes/shape.ts'
import { text } from '../shapes/text.ts'

const DNS_LABEL = /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/
const ABSOLUTE_PATH = /^\//

/** The name that a container, endpoint or volume gets. */
export function dnsLabel(description: string, declares: NameKind): Shape<string> {
  return text({
    description,
    declares,
    pattern: DNS_LABEL,
    expected: 'at most 63 lower-case letters, digits and dashes, a letter first',
    hint: (name) => {
      const folded = name.toLowerCase().replaceAll(/[_. ]/g, '-')
      return DNS_LABEL.test(folded) ? `Write ${folded}` : 'Shorten it to a DNS label such as my-api'
    },
  })
}

/** The name of something that is declared elsewhere in the specification. */
export function reference(description: string, refersTo: NameKind): Shape<string> {
  return text({ description, refersTo })
}

/** A path that begins at the root, of a file system or of a server. */
export function absolutePath(description: string): Shape<string> {
  return text({
    description,
    pattern: ABSOLUTE_PATH,
    expected: 'a path that begins with /',
    hint: (path) => `Write /${path}`,
  })
}

const nonEmpty = /\S/

/** Text of at least one visible letter. */
export function filledText(description: string): Shape<string> {
  return text({ description, pattern: nonEmpty, expected: 'text' })
}
