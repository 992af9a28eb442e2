import { readFileSync } from 'node:fs'

import { Ajv, type ValidateFunction } from 'ajv'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'

import { checkTemplate } from './check-template.ts'
import { serviceSpecSchema } from './json-schema.ts'
import { parseServiceSpec } from './parse-service-spec.ts'
import { printServiceSpec } from './print-service-spec.ts'
import { renderTemplate } from './render-template.ts'
import { anyServiceSpec } from '../tests/any-service-spec.ts'

const validate: ValidateFunction = new Ajv({ strict: true, allErrors: true }).compile(
  serviceSpecSchema(),
)

describe('schema.json', () => {
  test('is what the definition says; if not, run `npm run schema -w @spcs/spec`', () => {
    const written: unknown = JSON.parse(read('../schema.json'))
    expect(written).toEqual(JSON.parse(JSON.stringify(serviceSpecSchema())))
  })

  test('describes every field, for editors', () => {
    const nameless = fieldsOf(serviceSpecSchema()).filter(
      ([, schema]) => typeof schema['description'] !== 'string',
    )
    expect(nameless.map(([path]) => path)).toEqual([])
  })

  test('accepts every specification that can be printed', () => {
    fc.assert(
      fc.property(anyServiceSpec, (spec) => {
        validate(parse(printServiceSpec(spec)))
        expect(validate.errors).toBeNull()
      }),
    )
  })

  test.each([
    ['an unknown key', { imge: '/d/s/r/n:t' }],
    ['a number for a text', { name: 1 }],
    ['an image of nowhere', { image: 'nginx' }],
    ['a probe without port', { readinessProbe: { path: '/' } }],
    ['memory without unit', { resources: { limits: { memory: '12' } } }],
    ['a secret without target', { secrets: [{ snowflakeSecret: 's' }] }],
    ['an empty sessionTokenConfig', { sessionTokenConfig: {} }],
  ])('refuses %s, as the checks do', (_, wrong) => {
    const document = { spec: { containers: [{ name: 'a', image: '/d/s/r/n:t', ...wrong }] } }
    expect(validate(document)).toBe(false)
    expect(() => parseServiceSpec(JSON.stringify(document))).toThrow(/Invalid spec/)
  })

  test.each([
    ['no size', { name: 'v', source: 'memory' }],
    ['a size of its disk', { name: 'v', source: 'local', size: '1Gi' }],
    ['no stage', { name: 'v', source: 'stage' }],
    ['an unknown source', { name: 'v', source: 'disk' }],
  ])('refuses a volume with %s, as the checks do', (_, volume) => {
    const document = {
      spec: { containers: [{ name: 'a', image: '/d/s/r/n:t' }], volumes: [volume] },
    }
    expect(validate(document)).toBe(false)
    expect(() => parseServiceSpec(JSON.stringify(document))).toThrow(/Invalid spec/)
  })
})

describe.each(['convert-api', 'notebook'])('specs/%s.yaml', (name) => {
  const template = read(`../../../specs/${name}.yaml`)

  test('is right for editors, before and after it is rendered', () => {
    validate(parse(template))
    expect(validate.errors).toBeNull()
    expect(checkTemplate(template)).toMatchObject({
      variables: [{ name: 'image', hasDefault: false }],
      problems: [],
      warnings: [],
    })
  })

  test('is right for Snowflake', () => {
    const text = renderTemplate(template, { image: '/container_hol_db/public/image_repo/x:dev' })
    const warnings: unknown[] = []
    const spec = parseServiceSpec(text, { onWarning: (warning) => warnings.push(warning) })
    expect(spec.spec.containers.map((container) => container.name)).toEqual([name])
    expect(warnings).toEqual([])
  })

  test('names the schema for editors', () => {
    expect(template.split('\n')[0]).toBe(
      '# yaml-language-server: $schema=../packages/spec/schema.json',
    )
  })
})

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8')
}

/** Every property of a schema with its path; `true` in a rule between fields is none. */
function fieldsOf(schema: unknown, path = ''): [string, Record<string, unknown>][] {
  if (Array.isArray(schema)) return schema.flatMap((item) => fieldsOf(item, path))
  if (typeof schema !== 'object' || schema === null) return []
  return Object.entries(schema).flatMap(([keyword, value]) => {
    if (keyword === 'if' || keyword === 'default') return []
    if (keyword !== 'properties') return fieldsOf(value, path)
    return Object.entries<unknown>(value ?? {}).flatMap(([name, field]) => {
      if (typeof field !== 'object' || field === null) return []
      return [
        [`${path}.${name}`, { ...field }] as [string, Record<string, unknown>],
        ...fieldsOf(field, `${path}.${name}`),
      ]
    })
  })
}
