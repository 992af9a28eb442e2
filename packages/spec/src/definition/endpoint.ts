import type { CorsSettings, Endpoint, ServiceRole } from '../service-spec.ts'
import { choice } from '../shapes/choice.ts'
import { list } from '../shapes/list.ts'
import { record } from '../shapes/record.ts'
import { optional, type Report, required, withDefault } from '../shapes/record-options.ts'
import { boolean, integer } from '../shapes/scalar.ts'
import type { Shape } from '../shapes/shape.ts'
import { text } from '../shapes/text.ts'
import { PORT } from './container.ts'
import { dnsLabel, filledText, reference } from './names.ts'

const corsSettings: Shape<CorsSettings> = record<CorsSettings>({
  description: 'What browsers may do with this endpoint from other origins.',
  fields: {
    'Access-Control-Allow-Origin': required(
      list({
        description: 'Origins that may call the endpoint.',
        item: text({
          description: 'Scheme and host, and the port where it is not the usual one.',
          examples: ['https://app.example.com'],
          pattern: /^https?:\/\/[^/*\s]+$/,
          expected: 'a scheme and a host without path or *',
        }),
      }),
    ),
    'Access-Control-Allow-Methods': optional(words('Methods that may be used.')),
    'Access-Control-Allow-Headers': optional(words('Headers that may be sent.')),
    'Access-Control-Expose-Headers': optional(words('Headers that may be read.')),
  },
})

export const endpoint: Shape<Endpoint> = record<Endpoint>({
  description: 'A port that is reachable from outside the instance.',
  fields: {
    name: required(
      dnsLabel('Name of the endpoint, as CREATE FUNCTION and SHOW ENDPOINTS use it.', 'endpoint'),
    ),
    port: optional(integer({ description: 'Port that a container listens on.', ...PORT })),
    portRange: optional(
      text({
        description: 'Several ports, for TCP between instances.',
        examples: ['8000-8010'],
        pattern: /^\d{1,5}-\d{1,5}$/,
        expected: 'two ports with a dash between them',
        hint: 'Write it like "8000-8010"',
      }),
    ),
    public: withDefault(
      boolean('True gives the endpoint an address on the internet, behind Snowflake’s login.'),
      false,
    ),
    protocol: withDefault(choice('TCP serves other services only.', ['HTTP', 'TCP']), 'HTTP'),
    corsSettings: optional(corsSettings),
  },
  exactlyOne: ['port', 'portRange'],
  strangers: { targetPort: "Write 'port': endpoint and container port are the same" },
  check,
})

export const serviceRole: Shape<ServiceRole> = record<ServiceRole>({
  description: 'A role on this service, granted as GRANT SERVICE ROLE service!name TO ROLE …',
  fields: {
    name: required(
      text({
        description: 'Name of the role.',
        declares: 'service role',
        pattern: /^[A-Za-z](?:[A-Za-z0-9_]*[A-Za-z0-9])?$/,
        expected: 'letters, digits and _, a letter first and no _ last',
      }),
    ),
    endpoints: required(
      list({
        description: 'Endpoints that the role may use.',
        item: reference('Name of an endpoint of this specification.', 'endpoint'),
      }),
    ),
  },
})

function check(value: Partial<Endpoint>, report: Report<Endpoint>): void {
  if (value.portRange !== undefined) {
    const [first = 0, last = 0] = value.portRange.split('-').map(Number)
    if (first < PORT.minimum || last > PORT.maximum || first > last) {
      report.problem(
        'portRange',
        `'portRange' ${value.portRange} is no range of ports`,
        `Write the lower port first, both from ${PORT.minimum} to ${PORT.maximum}`,
      )
    }
    if (value.protocol === 'HTTP') {
      report.problem('protocol', "'portRange' needs 'protocol: TCP'", "Add 'protocol: TCP'")
    }
    if (value.public === true) {
      report.problem(
        'public',
        "'portRange' is not allowed for a public endpoint",
        "Delete 'public: true'",
      )
    }
  }
  if (value.public === true && value.protocol === 'TCP') {
    report.problem(
      'public',
      "a public endpoint needs 'protocol: HTTP'",
      "Delete 'public: true' or 'protocol: TCP'",
    )
  }
  if (value.public === false && value.corsSettings !== undefined) {
    report.warn(
      'corsSettings',
      "'corsSettings' has no effect on a private endpoint",
      "Delete it or add 'public: true'",
    )
  }
}

function words(description: string): Shape<readonly string[]> {
  return list({ description, item: filledText('One name.') })
}
