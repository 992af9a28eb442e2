import { describe, expect, test } from 'vitest'

import { containerWith, IMAGE } from '../tests/container-with.ts'
import { failureOf, problemsOf } from '../tests/problems-of.ts'
import type { SpecProblem } from './errors.ts'
import { checkServiceSpec, parseServiceSpec } from './parse-service-spec.ts'
import type { ServiceSpec } from './service-spec.ts'

describe('parseServiceSpec()', () => {
  test('fills in what Snowflake fills in', () => {
    const text = `
      spec:
        containers:
        - {name: a, image: ${IMAGE}, readinessProbe: {port: 8000, path: /}, livenessProbe: {port: 8000, path: /}}
        endpoints:
        - {name: api, port: 8000}`
    expect(parseServiceSpec(text)).toStrictEqual({
      spec: {
        containers: [
          {
            name: 'a',
            image: IMAGE,
            env: {},
            readinessProbe: { port: 8000, path: '/', periodSeconds: 5, failureThreshold: 3 },
            livenessProbe: { port: 8000, path: '/', periodSeconds: 10, failureThreshold: 3 },
            volumeMounts: [],
            resources: { requests: { memory: '0.5Gi', cpu: '0.5' } },
            secrets: [],
            mountSessionToken: true,
          },
        ],
        endpoints: [{ name: 'api', port: 8000, public: false, protocol: 'HTTP' }],
        volumes: [],
        logExporters: { eventTableConfig: { logLevel: 'INFO' } },
        platformMonitor: { metricConfig: { groups: [] } },
      },
      serviceRoles: [],
      capabilities: { securityContext: { executeAsCaller: false, enableCustomCredentials: false } },
    } satisfies ServiceSpec)
  })

  test.each([
    ['nothing', '{}', { memory: '0.5Gi', cpu: '0.5' }],
    ['larger limits', '{limits: {memory: 2Gi, cpu: 2}}', { memory: '0.5Gi', cpu: '0.5' }],
    ['smaller limits', '{limits: {memory: 256Mi, cpu: 250m}}', { memory: '256Mi', cpu: '250m' }],
    [
      'one request',
      '{requests: {cpu: 0.25}, limits: {memory: 1G}}',
      { memory: '0.5Gi', cpu: '0.25' },
    ],
    [
      'GPUs',
      '{requests: {nvidia.com/gpu: 1}, limits: {nvidia.com/gpu: 1}}',
      { memory: '0.5Gi', cpu: '0.5', 'nvidia.com/gpu': 1 },
    ],
  ])('fills in requests where there are %s', (_, resources, requests) => {
    expect(
      parseServiceSpec(containerWith(`resources: ${resources}`)).spec.containers[0]?.resources
        .requests,
    ).toEqual(requests)
  })

  test('makes environment variables text, as they are written', () => {
    const text = containerWith('env: {A: 3.10, B: 0644, C: true, D: "", E: yes, F: 0x10, G: "1"}')
    expect(parseServiceSpec(text).spec.containers[0]?.env).toEqual({
      A: '3.10',
      B: '0644',
      C: 'true',
      D: '',
      E: 'yes',
      F: '0x10',
      G: '1',
    })
  })

  test('takes a secret by its bare name', () => {
    const text = containerWith(
      'secrets: [{snowflakeSecret: db.s.key, envVarName: KEY, secretKeyRef: secret_string}]',
    )
    expect(parseServiceSpec(text).spec.containers[0]?.secrets).toEqual([
      {
        snowflakeSecret: { objectName: 'db.s.key' },
        envVarName: 'KEY',
        secretKeyRef: 'secret_string',
      },
    ])
  })

  test('follows anchors and aliases', () => {
    const text = `
      spec:
        containers:
        - {name: a, image: &image ${IMAGE}, readinessProbe: &probe {port: 1, path: /}}
        - {name: b, image: *image, livenessProbe: *probe}`
    const [, second] = parseServiceSpec(text).spec.containers
    expect(second).toMatchObject({ image: IMAGE, livenessProbe: { port: 1, periodSeconds: 10 } })
  })

  test.each([
    ['one line', undefined],
    ['spaces', 2],
    ['tabs', '\t'],
  ])('reads JSON written with %s', (_, indent) => {
    const env = Object.fromEntries(
      Array.from({ length: 200 }, (__, index) => [`KEY_${index}`, '\u0024\n"']),
    )
    const json = JSON.stringify(
      { spec: { containers: [{ name: 'a', image: IMAGE, env }] } },
      null,
      indent,
    )
    expect(parseServiceSpec(json).spec.containers[0]?.env).toEqual(env)
  })

  test('throws every problem at once, each with its place', () => {
    const text = `spec:
  containers:
    - name: API
      image: ${IMAGE}
      readinessProbe:
        path: /
  endpoint: []
`
    const error = failureOf(() => parseServiceSpec(text))
    expect(error.code).toBe('SPEC_INVALID')
    expect(error.problems).toEqual([
      {
        path: 'spec.containers[0].name',
        message:
          "Invalid spec: 'name' for 'containers[0]' must be at most 63 lower-case letters, digits and dashes, a letter first, found API",
        hint: 'Write api',
        line: 3,
        column: 13,
      },
      {
        path: 'spec.containers[0].readinessProbe',
        message: "Invalid spec: missing 'port' for 'readinessProbe'",
        hint: "Add 'port' here",
        line: 5,
        column: 7,
      },
      {
        path: 'spec.endpoint',
        message: "Invalid spec: unknown 'endpoint' for 'spec'",
        hint: "Did you mean 'endpoints'?",
        line: 7,
        column: 3,
      },
    ])
    expect(error.message).toMatch(
      /^Cannot read service spec: 3 problems\n {2}line 3, column 13: Invalid spec:/,
    )
  })

  test('tells a single problem in its message and hint', () => {
    const error = failureOf(() => parseServiceSpec(containerWith('imag: x')))
    expect(error.message).toBe(
      "Cannot read service spec: line 5, column 5: Invalid spec: unknown 'imag' for 'containers[0]'",
    )
    expect(error.hint).toBe("Did you mean 'image'?")
  })

  test('hands warnings to onWarning', () => {
    const warnings: SpecProblem[] = []
    parseServiceSpec(containerWith('env:'), { onWarning: (warning) => warnings.push(warning) })
    expect(warnings).toEqual([
      expect.objectContaining({ path: 'spec.containers[0].env', line: 5, column: 5 }),
    ])
  })
})

describe('checkServiceSpec() on the document', () => {
  test.each([
    ['', 1, 1, 'the document must be a mapping, found nothing'],
    ['- a', 1, 1, 'the document must be a mapping, found - a'],
    ['{}', 1, 1, "missing 'spec'"],
    ['spec:', 1, 1, "missing 'spec'"],
    ['spec: {}', 1, 1, "missing 'containers' for 'spec'"],
    [
      'spec: {containers: []}',
      1,
      20,
      "'containers' for 'spec' must be a list with at least 1 item, found []",
    ],
    ['spec: @x', 1, 7, 'Plain value cannot start with reserved character @'],
    ['spec:\n\tcontainers: 1', 2, 1, 'Tabs are not allowed as indentation'],
    [`${containerWith()}---\na: 1\n`, 5, 1, 'the text holds more than one document'],
    [containerWith('args: []', 'args: []'), 6, 5, 'Map keys must be unique'],
    ['spec: &x [*x]', 1, 10, "'spec' must be a mapping, found [*x]"],
  ])('%j: line %d, column %d: %s', (text, line, column, message) => {
    const { spec, problems } = checkServiceSpec(text)
    expect(spec).toBeUndefined()
    expect(problems.map((problem) => problem.message)).toContain(`Invalid spec: ${message}`)
    expect(problems[0]).toMatchObject({ line, column })
  })

  test('counts lines that end in CRLF', () => {
    const { problems } = checkServiceSpec(containerWith('imag: x').replaceAll('\n', '\r\n'))
    expect(problems).toEqual([expect.objectContaining({ line: 5, column: 5 })])
  })

  test('does not take keys that every object has for known ones', () => {
    for (const key of ['constructor', 'toString', '__proto__']) {
      expect(problemsOf(`${containerWith()}${key}: 1\n`)).toEqual([`unknown '${key}'`])
    }
  })

  test('reads an environment variable called __proto__', () => {
    const env = parseServiceSpec(containerWith('env: {__proto__: x}')).spec.containers[0]?.env ?? {}
    expect(Object.entries(env)).toEqual([['__proto__', 'x']])
  })

  test('stops at limits of a service', () => {
    const containers = Array.from({ length: 21 }, (_, index) => ({
      name: `c${index}`,
      image: IMAGE,
    }))
    const volumes = Array.from({ length: 21 }, (_, index) => ({
      name: `v${index}`,
      source: 'local',
    }))
    const endpoints = Array.from({ length: 101 }, (_, index) => ({ name: `e${index}`, port: 1 }))
    expect(problemsOf(JSON.stringify({ spec: { containers, volumes, endpoints } }))).toEqual([
      "'containers' has 21 items, at most 20 are allowed",
      "'volumes' has 21 items, at most 20 are allowed",
      "'endpoints' has 101 items, at most 100 are allowed",
    ])
  })

  test.each([
    ['secrets', 51, 'the service has 51 secrets, at most 50 are allowed'],
    ['block', 4, 'the service has 4 block volumes, at most 3 are allowed'],
    ['@stage', 6, 'the service has 6 stage volumes of the deprecated form, at most 5 are allowed'],
  ])('counts %s', (what, count, message) => {
    const indexes = Array.from({ length: count }, (_, index) => index)
    const secrets = indexes.map((index) => ({ snowflakeSecret: 's', directoryPath: `/s/${index}` }))
    const size = what === 'block' ? { size: '1Gi' } : {}
    const volumes = indexes.map((index) => ({ name: `v${index}`, source: what, ...size }))
    const container = { name: 'a', image: IMAGE, ...(what === 'secrets' && { secrets }) }
    const spec = { containers: [container], ...(what !== 'secrets' && { volumes }) }
    expect(problemsOf(JSON.stringify({ spec }))).toEqual([message])
  })

  test('tells keys at the wrong depth where they belong', () => {
    const { problems } = checkServiceSpec('containers: []\nspec: {serviceRoles: [], secrets: []}')
    expect(problems.map(({ hint }) => hint)).toEqual([
      "Indent it under 'spec'",
      "Add 'containers' here",
      "Move it to the left, beside 'spec'",
      'Move it into the container that needs it',
    ])
  })
})

describe('checkServiceSpec() warns', () => {
  test.each([
    [
      'of the deprecated stage volume, with its rewrite',
      `${containerWith('volumeMounts: [{name: v, mountPath: /v}]')}  volumes:\n  - {name: v, source: "@volumes/x", uid: 1}\n`,
      'spec.volumes[0].source',
      'Write source: stage, and below it stageConfig: {name: "@volumes/x"}',
    ],
    [
      'of networkPolicyConfig, and leaves it out',
      `${containerWith()}  networkPolicyConfig: {allowInternetEgress: true}\n`,
      'spec.networkPolicyConfig',
      'Delete it and give the service EXTERNAL_ACCESS_INTEGRATIONS = (…) for egress',
    ],
    [
      'of an image without tag',
      containerWith('image: /db/s/r/n'),
      'spec.containers[0].image',
      'Write the tag you mean: /db/s/r/n:latest',
    ],
    [
      'of a registry that is not Snowflake’s',
      containerWith('image: ghcr.io/db/s/r/n:t'),
      'spec.containers[0].image',
      'Push the image to an image repository and write /database/schema/repository/name:tag',
    ],
    [
      'of a digest in an image',
      containerWith(`image: /db/s/r/n@sha256:${'0'.repeat(64)}`),
      'spec.containers[0].image',
      'Name the image by a tag that never moves',
    ],
    [
      'of a volume that nothing mounts',
      `${containerWith()}  volumes: [{name: v, source: local}]\n`,
      'spec.volumes[0].name',
      'Mount it with volumeMounts, or delete it',
    ],
    [
      'of CORS settings that nothing reads',
      `${containerWith()}  endpoints: [{name: e, port: 1, corsSettings: {Access-Control-Allow-Origin: ["https://a.b"]}}]\n`,
      'spec.endpoints[0].corsSettings',
      "Delete it or add 'public: true'",
    ],
    [
      'of an empty key',
      containerWith('args:'),
      'spec.containers[0].args',
      'Indent its content below it, or delete it',
    ],
    [
      'of two containers on one port',
      `${containerWith('readinessProbe: {port: 80, path: /}')}  - {name: b, image: ${IMAGE}, readinessProbe: {port: 80, path: /}}\n`,
      'spec.containers[1].readinessProbe',
      'Give each container its own port',
    ],
  ])('%s', (_, text, path, hint) => {
    const { spec, problems, warnings } = checkServiceSpec(text)
    expect(problems).toEqual([])
    expect(spec).toBeDefined()
    expect(warnings).toEqual([expect.objectContaining({ path, hint })])
  })

  test.each([
    'o-a.registry.snowflakecomputing.com/db/s/r/n:t',
    'o-a.registry.privatelink.snowflakecomputing.com/db/s/r/n:t',
    '127.0.0.1:8084/db/s/r/n:t',
    'localhost:8084/db/s/r/n:t',
  ])('not of the registry in %s', (image) => {
    expect(checkServiceSpec(containerWith(`image: "${image}"`)).warnings).toEqual([])
  })
})
