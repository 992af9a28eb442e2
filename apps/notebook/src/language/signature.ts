import { readMarkdown } from './hover.ts'
import type { Signature } from './language.ts'

/** The language server's answer. */
export interface FileSignatures {
  readonly signatures: readonly {
    readonly label: string
    readonly documentation?: { readonly value: string } | string | undefined
    readonly parameters?:
      | readonly { readonly label: string | readonly [number, number] }[]
      | undefined
  }[]
  readonly activeSignature?: number | null | undefined
  readonly activeParameter?: number | null | undefined
}

export function readSignature(found: FileSignatures | null): Signature | null {
  if (found === null || found.signatures.length === 0) return null
  const { signatures, activeSignature, activeParameter } = found
  return {
    signatures: signatures.map(({ label, documentation = '', parameters = [] }) => ({
      label,
      parameters: findParameters(label, parameters),
      documentation: readMarkdown(
        typeof documentation === 'string' ? documentation : documentation.value,
      ),
    })),
    activeSignature: activeSignature ?? 0,
    activeParameter: activeParameter ?? 0,
  }
}

/** Where parameters stand in a label: each after the one before it. */
function findParameters(
  label: string,
  parameters: readonly { readonly label: string | readonly [number, number] }[],
): { from: number; to: number }[] {
  let after = label.indexOf('(') + 1
  return parameters.map((parameter) => {
    if (typeof parameter.label !== 'string') {
      const [from, to] = parameter.label
      return { from, to }
    }
    const from = Math.max(after, label.indexOf(parameter.label, after))
    after = from + parameter.label.length
    return { from, to: after }
  })
}
