import type { ContainerStatus } from '../wait/service-status.ts'
import type { Diagnosis } from './diagnosis.ts'
import { containerSpec, type Evidence, shownLines } from './evidence.ts'
import { describeExitCode } from './exit-code.ts'
import {
  answeredStatus,
  isHeapExhausted,
  isTokenExpired,
  isWrongArchitecture,
  listeningPorts,
} from './log-clues.ts'

/**
 * Why a container ends again and again, or does not even start.
 *
 * @param fault What its message last said of its end.
 */
export function diagnoseCrash(
  container: ContainerStatus,
  fault: string,
  evidence: Evidence,
): Diagnosis {
  const lines = [...evidence.previousLog, ...evidence.log]
  if (/OOMKilled/i.test(fault)) return outOfMemory(container, evidence)
  if (isHeapExhausted(lines)) return heapExhausted(container, evidence)
  if (isWrongArchitecture(lines)) return wrongArchitecture(container, evidence)
  if (isTokenExpired(lines)) return tokenExpired(container, evidence)
  const { restartCount, lastExitCode } = container
  const facts = [
    restartCount === 1 ? 'restarted once' : `restarted ${restartCount} times`,
    lastExitCode === '' ? fault : describeExitCode(Number(lastExitCode)),
  ]
  return {
    code: 'CONTAINER_CRASHING',
    cause: `${named(container)} ends again and again (${facts.join(', ')})`,
    hint: `Run \`npx spcs logs ${evidence.service} --previous\`, correct the app, and deploy again`,
    lines: shownLines(evidence),
  }
}

/** Why a container that runs is not ready. */
export function diagnoseProbe(container: ContainerStatus, evidence: Evidence): Diagnosis {
  const { path, port } = failingProbe(container, evidence)
  const where = `GET ${path} on port ${port}`
  return {
    code: 'PROBE_FAILING',
    cause: `${named(container)} runs, but its readiness probe, ${where}, gets no 200: ${whyNoAnswer(path, port, evidence)}`,
    hint: probeHint(path, port, evidence),
    lines: shownLines(evidence),
  }
}

/** True when the log itself tells why the probe fails, so that waiting longer is of no use. */
export function isProbeExplained(container: ContainerStatus, evidence: Evidence): boolean {
  const { path, port } = failingProbe(container, evidence)
  const ports = listeningPorts(evidence.log)
  if (ports.length > 0 && !ports.includes(port)) return true
  const status = answeredStatus(evidence.log, path)
  // 5xx may be an app that is not ready yet, which is what probes are for; after a 200 it is about to be.
  return status !== undefined && status !== 200 && status < 500
}

/** Why a container's image cannot be pulled. */
export function diagnoseImage(container: ContainerStatus, evidence: Evidence): Diagnosis {
  const said = [container.message, ...evidence.log, ...evidence.previousLog]
  if (said.some((line) => /architecture|linux\/amd64/i.test(line))) {
    return wrongArchitecture(container, evidence)
  }
  const image = containerSpec(evidence, container.container)?.image
  const what = image === undefined ? 'its image' : `image ${image}`
  if (said.some((line) => /not authorized|insufficient privileges/i.test(line))) {
    return {
      code: 'IMAGE_READ_MISSING',
      cause: `${what} of ${named(container)} cannot be pulled: the service's owner role may not read the repository`,
      hint: `Run GRANT READ ON IMAGE REPOSITORY ${repositoryOf(image)} TO ROLE … with the role that owns the service`,
      lines: evidence.log,
    }
  }
  const isFormat = /invalid format/i.test(container.message)
  return {
    code: 'IMAGE_MISSING',
    cause: `${what} of ${named(container)} cannot be pulled: ${container.message}`,
    hint: isFormat
      ? 'Write the image as /database/schema/repository/name:tag in lower case'
      : `Run \`npx spcs images\` to push it; SHOW IMAGES IN IMAGE REPOSITORY ${repositoryOf(image)} lists what is there`,
    lines: evidence.log,
  }
}

function outOfMemory(container: ContainerStatus, evidence: Evidence): Diagnosis {
  return {
    code: 'CONTAINER_OUT_OF_MEMORY',
    cause: `${named(container)} was ended for using more memory than ${memoryLimit(container, evidence)}`,
    hint: 'Let the app use less memory, or raise resources.limits.memory in the specification, and deploy again',
    lines: shownLines(evidence),
  }
}

function heapExhausted(container: ContainerStatus, evidence: Evidence): Diagnosis {
  return {
    code: 'CONTAINER_OUT_OF_MEMORY',
    cause: `${named(container)} used up Node's heap, within ${memoryLimit(container, evidence)}`,
    hint: 'Let the app use less memory, or set --max-old-space-size in NODE_OPTIONS to three quarters of the limit',
    lines: shownLines(evidence),
  }
}

function memoryLimit({ container }: ContainerStatus, evidence: Evidence): string {
  const limit = containerSpec(evidence, container)?.resources.limits?.memory
  return limit === undefined ? 'what its node has' : `its limit of ${limit}`
}

function wrongArchitecture(container: ContainerStatus, evidence: Evidence): Diagnosis {
  return {
    code: 'IMAGE_ARCHITECTURE_WRONG',
    cause: `the image of ${named(container)} is made for another processor than that of the pool's nodes`,
    hint: 'Build it with `--platform linux/amd64`, or linux/arm64 for a GEN_ARM family, and deploy again',
    lines: shownLines(evidence),
  }
}

function tokenExpired(container: ContainerStatus, evidence: Evidence): Diagnosis {
  return {
    code: 'TOKEN_EXPIRED',
    cause: `${named(container)} ends because Snowflake refused its login token, which had run out`,
    hint: 'Let the app read /snowflake/session/token anew at each login: the file is renewed, a copy is not',
    lines: shownLines(evidence),
  }
}

function failingProbe(
  { container, message }: ContainerStatus,
  evidence: Evidence,
): { path: string; port: number } {
  const [, path, port] = /path:\s*(\S+?),?\s+port:\s*(\d+)/i.exec(message) ?? []
  if (path !== undefined) return { path, port: Number(port) }
  const probe = containerSpec(evidence, container)?.readinessProbe
  return { path: probe?.path ?? '/', port: probe?.port ?? 0 }
}

function whyNoAnswer(path: string, port: number, { log }: Evidence): string {
  const status = answeredStatus(log, path)
  if (status !== undefined && status !== 200) return `the app answers it with ${status}`
  const ports = listeningPorts(log)
  if (ports.length === 0) return `nothing is known to listen on port ${port}`
  if (ports.includes(port)) return `the app listens on ${port}, so path or status are not right`
  return `the app listens on ${ports.join(', ')}, and nothing on ${port}`
}

function probeHint(path: string, port: number, { log, service }: Evidence): string {
  const ports = listeningPorts(log)
  if (ports.length > 0 && !ports.includes(port)) {
    return `Let the app listen on ${port}, or name port ${ports.join(' or ')} in the specification's readinessProbe and endpoint, and deploy again`
  }
  if (ports.includes(port) || answeredStatus(log, path) !== undefined) {
    return `Let the app answer GET ${path} with 200, or correct readinessProbe in the specification, and deploy again`
  }
  return `Run \`npx spcs logs ${service}\`; the app must listen on 0.0.0.0:${port}; raise failureThreshold when it only starts slowly`
}

function named({ container, instance }: ContainerStatus): string {
  return `container ${container} of instance ${instance}`
}

/** `/db/public/repo/api:1` → `DB.PUBLIC.REPO`. */
function repositoryOf(image: string | undefined): string {
  const parts = (image ?? '').split('/').filter((part) => part !== '')
  const names = parts.slice(-4, -1)
  return names.length === 3 ? names.join('.').toUpperCase() : '…'
}
