import { describe, expect, test } from 'vitest'

import { containerWith } from '../../tests/container-with.ts'
import { problemsOf } from '../../tests/problems-of.ts'
import { checkServiceSpec } from '../parse-service-spec.ts'

describe('checkServiceSpec() on endpoints', () => {
  test.each([
    ['{name: e, port: }', "missing 'port' or 'portRange' for 'endpoints[0]'"],
    ['{name: e}', "missing 'port' or 'portRange' for 'endpoints[0]'"],
    [
      '{name: e, port: 1, portRange: 1-2, protocol: TCP}',
      "'port' and 'portRange' for 'endpoints[0]' exclude each other",
    ],
    ['{name: e, portRange: 8000-8010}', "'portRange' needs 'protocol: TCP'"],
    [
      '{name: e, portRange: 8010-8000, protocol: TCP}',
      "'portRange' 8010-8000 is no range of ports",
    ],
    ['{name: e, portRange: 0-70000, protocol: TCP}', "'portRange' 0-70000 is no range of ports"],
    [
      '{name: e, portRange: 8000, protocol: TCP}',
      "'portRange' for 'endpoints[0]' must be two ports with a dash between them, found 8000",
    ],
    [
      '{name: e, portRange: 1-2, protocol: TCP, public: true}',
      "'portRange' is not allowed for a public endpoint",
      "a public endpoint needs 'protocol: HTTP'",
    ],
    ['{name: e, port: 1, protocol: TCP, public: true}', "a public endpoint needs 'protocol: HTTP'"],
    [
      '{name: e, port: 1, protocol: UDP}',
      "'protocol' for 'endpoints[0]' must be one of HTTP, TCP, found UDP",
    ],
    [
      '{name: e, port: 1, corsSettings: {}}',
      "missing 'Access-Control-Allow-Origin' for 'corsSettings'",
    ],
    [
      '{name: e, port: 1, public: true, corsSettings: {Access-Control-Allow-Origin: ["*"]}}',
      "'Access-Control-Allow-Origin[0]' for 'corsSettings' must be a scheme and a host without path or *, found \"*\"",
    ],
    [
      '{name: e, port: 1, public: true, corsSettings: {Access-Control-Allow-Origin: ["https://a.example/"]}}',
      "'Access-Control-Allow-Origin[0]' for 'corsSettings' must be a scheme and a host without path or *, found \"https://a.example/\"",
    ],
    ['{name: e, port: 1}, {name: e, port: 2}', "more than one endpoint is named 'e'"],
  ])('%s', (endpoints, ...messages) => {
    expect(problemsOf(`${containerWith()}  endpoints: [${endpoints}]\n`)).toEqual(messages)
  })

  test('and the service roles that name them', () => {
    const text = `${containerWith()}  endpoints: [{name: api, port: 1}]
serviceRoles:
- {name: reader, endpoints: [api]}
- {name: reader, endpoints: [apj]}
- {name: _x, endpoints: []}
`
    const { problems } = checkServiceSpec(text)
    expect(problems).toEqual([
      expect.objectContaining({
        message: "Invalid spec: more than one service role is named 'reader'",
        line: 8,
      }),
      expect.objectContaining({
        message: "Invalid spec: no endpoint is named 'apj'",
        hint: "Did you mean 'api'?",
        line: 8,
        column: 30,
      }),
      expect.objectContaining({ path: 'serviceRoles[2].name' }),
    ])
  })
})
