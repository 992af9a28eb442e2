import type { QueryRunner } from '@spcs/sql'
import type { DeployError } from '../errors.ts'
import { PATIENCE_MS } from '../wait/poll.ts'
import type { ServiceStatus } from '../wait/service-status.ts'
import { isProbeExplained } from './diagnose-container.ts'
import { diagnoseService } from './diagnose-service.ts'
import { type Diagnosis, diagnosedError } from './diagnosis.ts'
import { containerSpec, type Evidence } from './evidence.ts'
import { listeningPorts } from './log-clues.ts'
import { readEvidence } from './read-evidence.ts'
import { follow, isRipe, NEW_COURSE, probePatienceMs, type Symptom } from './symptom.ts'

/** Follows a service that is waited for, and looks into what keeps it from getting ready. */
export class ServiceWatch {
  readonly #runner: QueryRunner
  readonly #service: string
  readonly #patienceMs: number
  #course = NEW_COURSE
  #suspicions: readonly string[] = []

  constructor(runner: QueryRunner, service: string, patienceMs: number = PATIENCE_MS) {
    this.#runner = runner
    this.#service = service
    this.#patienceMs = patienceMs
  }

  /** What is likely to be wrong, though it may yet turn out well. */
  get suspicions(): readonly string[] {
    return this.#suspicions
  }

  /** Takes in one more look; the error when waiting is of no use any more. */
  async look(status: ServiceStatus): Promise<DeployError | undefined> {
    this.#course = follow(this.#course, status, performance.now())
    const suspicions: string[] = []
    for (const symptom of this.#course.symptoms) {
      if (!isRipe(symptom, this.#patienceMs)) continue
      const found = await this.#diagnose(status, symptom)
      if (found === undefined) continue
      const { diagnosis, evidence } = found
      if (this.#isCertain(symptom, evidence)) return this.#error(diagnosis)
      suspicions.push(`${diagnosis.code}? ${diagnosis.cause}`)
    }
    this.#suspicions = suspicions
    return undefined
  }

  /** False shortly after a container ended: one without a probe is ready between any two crashes. */
  get isSteady(): boolean {
    const { seenAt, downAt } = this.#course
    return seenAt - downAt >= this.#patienceMs
  }

  /** The error for a wait that lasted too long, by what was seen last; undefined when nothing explains it. */
  async conclude(status: ServiceStatus): Promise<DeployError | undefined> {
    for (const symptom of this.#course.symptoms) {
      const found = await this.#diagnose(status, symptom)
      if (found !== undefined) return this.#error(found.diagnosis)
    }
    return undefined
  }

  async #diagnose(
    status: ServiceStatus,
    symptom: Symptom,
  ): Promise<{ diagnosis: Diagnosis; evidence: Evidence } | undefined> {
    const evidence = await readEvidence(this.#runner, this.#service, status, symptom)
    const diagnosis = diagnoseService(symptom, evidence)
    return diagnosis === undefined ? undefined : { diagnosis, evidence }
  }

  /** A probe may fail for as long as its specification allows, unless the log says that it always will. */
  #isCertain({ trouble, container, lastedMs }: Symptom, evidence: Evidence): boolean {
    if (trouble !== 'probe' || container === undefined) return true
    if (isProbeExplained(container, evidence)) return true
    const probe = containerSpec(evidence, container.container)?.readinessProbe
    const isListening = listeningPorts(evidence.log).length > 0
    return lastedMs >= probePatienceMs(probe, this.#patienceMs, isListening)
  }

  #error(diagnosis: Diagnosis): DeployError {
    return diagnosedError(`start service ${this.#service}`, diagnosis)
  }
}
