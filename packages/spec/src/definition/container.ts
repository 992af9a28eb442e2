import type { Container, Probe, VolumeMount } from '../service-spec.ts'
import { dictionary } from '../shapes/dictionary.ts'
import { list } from '../shapes/list.ts'
import { record } from '../shapes/record.ts'
import {
  filledWith,
  optional,
  type Report,
  required,
  withDefault,
} from '../shapes/record-options.ts'
import { boolean, integer } from '../shapes/scalar.ts'
import type { Shape } from '../shapes/shape.ts'
import { text } from '../shapes/text.ts'
import { image } from './image.ts'
import { absolutePath, dnsLabel, reference } from './names.ts'
import { fillRequests, resources } from './resources.ts'
import { secret, sessionTokenConfig } from './secrets.ts'

export const PORT = { minimum: 1, maximum: 65_535 } as const

function probe(description: string, periodSeconds: number): Shape<Probe> {
  return record<Probe>({
    description,
    fields: {
      port: required(
        integer({ description: 'Port that is asked; it need not be an endpoint.', ...PORT }),
      ),
      path: required(absolutePath('Path that is asked; status 200 is success.')),
      periodSeconds: withDefault(
        integer({ description: 'Seconds between two probes.', minimum: 1 }),
        periodSeconds,
      ),
      failureThreshold: withDefault(
        integer({ description: 'Failures in a row that count as a failure.', minimum: 1 }),
        3,
      ),
    },
    strangers: {
      httpGet: "Write 'port' and 'path' directly under the probe: it is not Kubernetes' form",
      initialDelaySeconds: 'Delete it: Snowflake probes have no initial delay',
      timeoutSeconds: 'Delete it: Snowflake probes have no timeout',
    },
  })
}

const volumeMount: Shape<VolumeMount> = record<VolumeMount>({
  description: 'A volume and where the container finds it.',
  fields: {
    name: required(reference('Name of a volume of this specification.', 'volume')),
    mountPath: required(absolutePath('Absolute path; it hides what the image has there.')),
  },
})

export const container: Shape<Container> = record<Container>({
  description: 'One container of each instance.',
  fields: {
    name: required(
      dnsLabel('Name of the container, as SHOW SERVICE CONTAINERS lists it.', 'container'),
    ),
    image: required(image),
    sha256: optional(
      text({
        description:
          'The digest that is pinned. DESCRIBE SERVICE adds it; leave it out of your own files.',
        pattern: /^@sha256:[0-9a-f]{64}$/,
        expected: '@sha256: and 64 hexadecimal digits',
      }),
    ),
    command: optional(
      list({
        description: 'Takes the place of the image’s ENTRYPOINT.',
        item: text({ description: 'One word of the command.' }),
      }),
    ),
    args: optional(
      list({
        description: 'Takes the place of the image’s CMD.',
        item: text({ description: 'One argument.' }),
      }),
    ),
    env: withDefault(
      dictionary(
        'Environment variables.',
        text({
          description: 'The value; numbers and booleans become text.',
          expected: 'text, a number, true or false',
          hint: 'Write "" for an empty value',
          accepts: 'scalars',
        }),
      ),
      {},
    ),
    readinessProbe: optional(probe('While it fails the instance gets no traffic.', 5)),
    livenessProbe: optional(probe('When it fails the container is restarted.', 10)),
    volumeMounts: withDefault(
      list({ description: 'Volumes that the container sees.', item: volumeMount }),
      [],
    ),
    resources: filledWith(resources, fillRequests({})),
    secrets: withDefault(
      list({ description: 'Secrets that the container gets.', item: secret }),
      [],
    ),
    mountSessionToken: withDefault(
      boolean('False leaves the token for connecting to Snowflake out of this container.'),
      true,
    ),
    sessionTokenConfig: optional(sessionTokenConfig),
  },
  strangers: {
    ports: "Name the port under 'spec.endpoints'",
    environment: "Write 'env'",
    workingDir: 'Set WORKDIR in the image',
    imagePullPolicy: 'Delete it: the image is pinned when the service is created or altered',
  },
  check(value, report) {
    checkMounts(value, report)
    checkTokenFolder(value, report)
    checkEnvironment(value, report)
  },
})

function checkMounts({ volumeMounts = [] }: Partial<Container>, report: Report<Container>): void {
  const paths = new Set<string>()
  for (const mount of volumeMounts) {
    if (paths.has(mount.mountPath)) {
      report.problem(
        { owner: mount, field: 'mountPath' },
        `more than one volume is mounted at '${mount.mountPath}'`,
        'Change one mountPath',
      )
    }
    paths.add(mount.mountPath)
  }
}

function checkTokenFolder(value: Partial<Container>, report: Report<Container>): void {
  const { mountSessionToken, sessionTokenConfig: config, volumeMounts = [], secrets = [] } = value
  if (config === undefined) return
  if (mountSessionToken === false) {
    report.problem(
      'sessionTokenConfig',
      "'sessionTokenConfig' is not allowed with 'mountSessionToken: false'",
      'Delete one of them',
    )
  }
  const { path } = config
  const folders = [
    ...volumeMounts.map((mount) => mount.mountPath),
    ...secrets.flatMap(({ directoryPath }) => directoryPath ?? []),
  ]
  const taken = folders.find((folder) => path !== undefined && overlaps(path, folder))
  if (taken === undefined) return
  report.problem(
    { owner: config, field: 'path' },
    `'path' for 'sessionTokenConfig' overlaps the mount at '${taken}'`,
    'Choose another folder',
  )
}

function checkEnvironment(
  { env = {}, secrets = [] }: Partial<Container>,
  report: Report<Container>,
): void {
  const names = new Set(Object.keys(env))
  for (const given of secrets) {
    const { envVarName } = given
    if (envVarName === undefined) continue
    if (names.has(envVarName)) {
      report.problem(
        { owner: given, field: 'envVarName' },
        `environment variable '${envVarName}' is set more than once`,
        'Rename one of them',
      )
    }
    names.add(envVarName)
  }
}

function overlaps(left: string, right: string): boolean {
  const [a, b] = [`${left}/`.replaceAll(/\/+/g, '/'), `${right}/`.replaceAll(/\/+/g, '/')]
  return a.startsWith(b) || b.startsWith(a)
}
