import type { Diagnosis } from './diagnosis.ts'
import { diagnoseCrash, diagnoseImage, diagnoseProbe } from './diagnose-container.ts'
import { diagnosePlacement } from './diagnose-pool.ts'
import type { Evidence } from './evidence.ts'
import type { Symptom } from './symptom.ts'

/** What a symptom means, by all that was read; undefined when waiting is all there is to do. */
export function diagnoseService(
  { trouble, container, fault }: Pick<Symptom, 'trouble' | 'container' | 'fault'>,
  evidence: Evidence,
): Diagnosis | undefined {
  if (trouble === 'nodes' || trouble === 'room') return diagnosePlacement(trouble, evidence)
  if (container === undefined) return undefined
  switch (trouble) {
    case 'down':
      return diagnoseCrash(container, fault, evidence)
    case 'image':
      return diagnoseImage(container, evidence)
    case 'probe':
      return diagnoseProbe(container, evidence)
  }
}
