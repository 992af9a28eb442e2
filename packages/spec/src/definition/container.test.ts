import { describe, expect, test } from 'vitest'

import { containerWith, IMAGE } from '../../tests/container-with.ts'
import { problemsOf } from '../../tests/problems-of.ts'
import { checkServiceSpec } from '../parse-service-spec.ts'

describe('checkServiceSpec() on a container', () => {
  test.each([
    [
      'name: 1-a',
      "'name' for 'containers[0]' must be at most 63 lower-case letters, digits and dashes, a letter first, found 1-a",
    ],
    [
      `name: ${'a'.repeat(64)}`,
      `'name' for 'containers[0]' must be at most 63 lower-case letters, digits and dashes, a letter first, found ${'a'.repeat(60)}…`,
    ],
    [
      'name: 1',
      "'name' for 'containers[0]' must be at most 63 lower-case letters, digits and dashes, a letter first, found 1",
    ],
    [
      'image: nginx',
      "'image' for 'containers[0]' must be an image of an image repository, found nginx",
    ],
    [
      'image: "{{ image }}"',
      "'image' for 'containers[0]' must be an image of an image repository, found \"{{ image }}\"",
    ],
    [
      'sha256: abc',
      "'sha256' for 'containers[0]' must be @sha256: and 64 hexadecimal digits, found abc",
    ],
    ['command: node', "'command' for 'containers[0]' must be a list, found node"],
    ['args: [--port, 80]', "'args[1]' for 'containers[0]' must be text, found 80"],
    ['env: [A]', "'env' for 'containers[0]' must be a mapping, found [A]"],
    ['env: {A: }', "'A' for 'env' must be text, a number, true or false, found nothing"],
    ['env: {A: {b: c}}', "'A' for 'env' must be text, a number, true or false, found {b: c}"],
    [
      'readinessProbe: {port: 80, path: health}',
      "'path' for 'readinessProbe' must be a path that begins with /, found health",
    ],
    [
      'livenessProbe: {port: 0, path: /}',
      "'port' for 'livenessProbe' must be a whole number from 1 to 65535, found 0",
    ],
    [
      'livenessProbe: {port: 80.5, path: /}',
      "'port' for 'livenessProbe' must be a whole number from 1 to 65535, found 80.5",
    ],
    [
      'livenessProbe: {port: "80", path: /}',
      "'port' for 'livenessProbe' must be a whole number from 1 to 65535, found \"80\"",
    ],
    [
      'livenessProbe: {port: 80, path: /, periodSeconds: 0}',
      "'periodSeconds' for 'livenessProbe' must be a whole number of at least 1, found 0",
    ],
    [
      'livenessProbe: {port: 80, path: /, timeoutSeconds: 1}',
      "unknown 'timeoutSeconds' for 'livenessProbe'",
    ],
    ['volumeMounts: [{name: v, mountPath: /v}]', "no volume is named 'v'"],
    [
      'volumeMounts: [{name: v}]',
      "missing 'mountPath' for 'volumeMounts[0]'",
      "no volume is named 'v'",
    ],
    [
      'resources: {limits: {memory: 512}}',
      "'memory' for 'limits' must be a number with a unit, found 512",
    ],
    [
      'resources: {limits: {memory: 512mb}}',
      "'memory' for 'limits' must be a number with a unit, found 512mb",
    ],
    [
      'resources: {limits: {cpu: lots}}',
      "'cpu' for 'limits' must be a number of cores, found lots",
    ],
    ['resources: {limits: {cpu: -1}}', "'cpu' for 'limits' must be a number of cores, found -1"],
    [
      'resources: {requests: {cpu: 2}, limits: {cpu: 500m}}',
      "'cpu' for 'requests' is 2, more than its limit of 500m",
    ],
    [
      'resources: {requests: {memory: 1Gi}, limits: {memory: 1G}}',
      "'memory' for 'requests' is 1Gi, more than its limit of 1G",
    ],
    [
      'resources: {requests: {nvidia.com/gpu: 1}}',
      "'nvidia.com/gpu' must be the same in 'requests' and 'limits'",
    ],
    [
      'resources: {limits: {nvidia.com/gpu: 0.5}}',
      "'nvidia.com/gpu' for 'limits' must be a whole number of at least 0, found 0.5",
    ],
    ['resources: {limits: {gpu: 1}}', "unknown 'gpu' for 'limits'"],
    ['secrets: [{snowflakeSecret: s}]', "missing 'directoryPath' or 'envVarName' for 'secrets[0]'"],
    [
      'secrets: [{snowflakeSecret: s, envVarName: A, directoryPath: /a}]',
      "'directoryPath' and 'envVarName' for 'secrets[0]' exclude each other",
    ],
    [
      'secrets: [{snowflakeSecret: s, directoryPath: a}]',
      "'directoryPath' for 'secrets[0]' must be a path that begins with /, found a",
    ],
    [
      'secrets: [{snowflakeSecret: {}, envVarName: A}]',
      "missing 'objectName' or 'objectReference' for 'snowflakeSecret'",
    ],
    [
      'secrets: [{snowflakeSecret: s, directoryPath: /a, secretKeyRef: password}]',
      "'secretKeyRef' for 'secrets[0]' needs 'envVarName'",
    ],
    [
      'secrets: [{snowflakeSecret: s, envVarName: A, secretKeyRef: pass}]',
      "'secretKeyRef' for 'secrets[0]' must be one of username, password, secret_string, access_token, found pass",
    ],
    [
      ['env: {A: b}', 'secrets: [{snowflakeSecret: s, envVarName: A}]'],
      "environment variable 'A' is set more than once",
    ],
    [
      'mountSessionToken: "no"',
      "'mountSessionToken' for 'containers[0]' must be true or false, found \"no\"",
    ],
    ['sessionTokenConfig: {}', "'sessionTokenConfig' is empty"],
    [
      ['mountSessionToken: false', 'sessionTokenConfig: {path: /t}'],
      "'sessionTokenConfig' is not allowed with 'mountSessionToken: false'",
    ],
    [
      'sessionTokenConfig: {path: /a/../b}',
      "'path' for 'sessionTokenConfig' must be a normalised absolute path of letters, digits, - _ and ., found /a/../b",
    ],
    [
      'sessionTokenConfig: {permission: "0600"}',
      "'permission' for 'sessionTokenConfig' needs 'path'",
    ],
    [
      'sessionTokenConfig: {path: /t, permission: 0600}',
      "'permission' for 'sessionTokenConfig' must be one of 0400, 0600, 0640, 0644, found 0600",
    ],
    [
      ['sessionTokenConfig: {path: /a/t}', 'secrets: [{snowflakeSecret: s, directoryPath: /a}]'],
      "'path' for 'sessionTokenConfig' overlaps the mount at '/a'",
    ],
  ])('%s', (field, ...messages) => {
    expect(new Set(problemsOf(containerWith(...[field].flat())))).toEqual(new Set(messages))
  })

  test.each([
    [['sessionTokenConfig: {path: /a-b/t}', 'secrets: [{snowflakeSecret: s, directoryPath: /a}]']],
    ['resources: {requests: {memory: 1G, cpu: 0.5}, limits: {memory: 1Gi, cpu: 500m}}'],
    ['sessionTokenConfig: {path: /run/.t_1-x, permission: "0600", mountConnectionConfig: true}'],
  ])('takes %s', (field) => {
    expect(problemsOf(containerWith(...[field].flat()))).toEqual([])
  })

  test.each([
    ['name: My_App', 'Write my-app'],
    ['image: /DB/S/R/n:T', 'Write it in lower case: /db/s/r/n:T'],
    ['image: db/s/r/x/n:t', undefined],
    ['image: "{{ image }}"', 'Render the template first, giving this variable a value'],
    ['args: [80]', 'Put it in quotes'],
    [
      'resources: {limits: {memory: 512}}',
      'Write it like 512Mi or 2Gi; the units are k, Ki, M, Mi, G and Gi',
    ],
    ['livenessProbe: {port: "80", path: /}', 'Leave the quotes out'],
    ['livenessProbe: {port: 80, path: x}', 'Write /x'],
    ['sessionTokenConfig: {path: /t, permission: 0600}', 'Put it in quotes: "0600"'],
    ['ports: [80]', "Name the port under 'spec.endpoints'"],
    [
      'livenessProbe: {httpGet: {port: 80}, port: 80, path: /}',
      "Write 'port' and 'path' directly under the probe: it is not Kubernetes' form",
    ],
    ['readiness_probe: {}', "Did you mean 'readinessProbe'?"],
  ])('%s is followed by the hint: %s', (field, hint) => {
    expect(checkServiceSpec(containerWith(field)).problems[0]?.hint).toBe(hint)
  })

  test('refuses a second container of the same name, and a path that is mounted twice', () => {
    const mounts = 'volumeMounts: [{name: v, mountPath: /v}, {name: w, mountPath: /v}]'
    const text = `spec:
  containers:
  - {name: a, image: ${IMAGE}, ${mounts}}
  - {name: a, image: ${IMAGE}}
  volumes: [{name: v, source: local}, {name: w, source: local}]
`
    expect(checkServiceSpec(text).problems).toEqual([
      expect.objectContaining({
        message: "Invalid spec: more than one volume is mounted at '/v'",
        line: 3,
        column: 97,
      }),
      expect.objectContaining({
        message: "Invalid spec: more than one container is named 'a'",
        line: 4,
        column: 12,
      }),
    ])
  })
})
