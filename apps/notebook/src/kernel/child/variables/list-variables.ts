import type { KernelVariable } from '../../kernel.ts'
import { describeValue } from './describe-value.ts'

/** What the globals of these names hold now. No getter, no Proxy trap and no method of a value is called. */
export function listVariables(names: readonly string[]): KernelVariable[] {
  const variables: KernelVariable[] = []
  for (const name of names) {
    const property = Object.getOwnPropertyDescriptor(globalThis, name)
    if (property === undefined) continue
    if (!('value' in property)) {
      variables.push({ name, type: 'accessor', preview: '', size: null })
      continue
    }
    variables.push({ name, ...describeValue(property.value) })
  }
  return variables
}
