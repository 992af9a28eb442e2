import { describe, expect, test } from 'vitest'

import { checkTemplate } from './check-template.ts'

const withImage = (rest: string): string =>
  `spec:\n  containers:\n  - name: a\n    image: "{{ image }}"\n${rest}`

describe('checkTemplate()', () => {
  test.each([
    ['text in quotes', withImage('')],
    ['text in part', withImage('').replace('{{ image }}', '/d/s/r/n:{{ image }}')],
    ['a bare list', withImage('    args: {{ args }}\n')],
    [
      'bare limits beside GPUs',
      withImage('    resources: {requests: {nvidia.com/gpu: 1}, limits: {{ limits }}}\n'),
    ],
    ['a bare map', withImage("    env: {{ env | default('{}') }}\n")],
    ['a bare number', withImage('  endpoints: [{name: e, port: {{ port }}}]\n')],
    [
      'bare endpoints, which roles refer to',
      `${withImage('  endpoints: {{ e }}\n')}serviceRoles: [{name: r, endpoints: [x]}]`,
    ],
    [
      'a name that is referred to',
      withImage(
        '    volumeMounts: [{name: v, mountPath: /v}]\n  volumes: [{name: "{{ v }}", source: local}]\n',
      ),
    ],
    ['a whole volume', withImage('  volumes: [{{ v }}]\n')],
    [
      'the source of a volume',
      withImage(
        '    volumeMounts: [{name: v, mountPath: /v}]\n  volumes: [{name: v, source: "{{ source }}"}]\n',
      ),
    ],
    ['a key', withImage('    env: {"{{ key }}": x}\n')],
    ['everything', '{{ all }}'],
  ])('takes a template with %s', (_, template) => {
    expect(checkTemplate(template)).toMatchObject({ problems: [], warnings: [] })
  })

  test.each([
    [
      "Invalid spec: missing 'port' for 'readinessProbe'",
      withImage('    readinessProbe: {path: "{{ p }}"}\n'),
      5,
      5,
    ],
    [
      "Invalid spec: unknown 'imag' for 'containers[0]'",
      withImage('    imag: "{{ other_image }}"\n'),
      5,
      5,
    ],
    [
      "Invalid spec: 'port' for 'endpoints[0]' must be a whole number from 1 to 65535, found \"{{ p }}\"",
      withImage('  endpoints: [{name: e, port: "{{ p }}"}]\n'),
      5,
      31,
    ],
    [
      "Invalid spec: no volume is named 'x'",
      withImage('    volumeMounts: [{name: x, mountPath: "{{ path }}"}]\n'),
      5,
      27,
    ],
  ])('reports %s at its place', (message, template, line, column) => {
    expect(checkTemplate(template).problems).toEqual([
      expect.objectContaining({ message, line, column }),
    ])
  })

  test('lists the variables, each once, and whether USING may leave them out', () => {
    const { variables } = checkTemplate(
      withImage(
        '    env: {A: "{{ a | default(\'x\') }}", B: "{{ b | default(\'y\') }}{{ b }}", C: "{{ image }}"}\n',
      ),
    )
    expect(variables).toEqual([
      { name: 'image', hasDefault: false, line: 4, column: 13 },
      { name: 'a', hasDefault: true, line: 5, column: 15 },
      { name: 'b', hasDefault: false, line: 5, column: 44 },
    ])
  })

  test('reports template statements before it looks at the YAML', () => {
    expect(checkTemplate('{% raw %}').problems).toEqual([
      expect.objectContaining({
        message: "template statement 'raw' is not supported",
        line: 1,
        column: 1,
      }),
    ])
  })
})
