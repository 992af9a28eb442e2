import { describe, expect, test } from 'vitest'

import { failureOf } from '../tests/problems-of.ts'
import { renderTemplate } from './render-template.ts'

describe('renderTemplate()', () => {
  test.each([
    ['image: "{{ image }}"', { image: '/d/s/r/n:t' }, 'image: "/d/s/r/n:t"'],
    ['{{a}}{{  b  }}', { a: 'x', b: 'y' }, 'xy'],
    ['args: {{ARGS}}', { ARGS: ['--q', 1] }, 'args: ["--q",1]'],
    ['env: {{ env }}', { env: { A: 'b' } }, 'env: {"A":"b"}'],
    ['{{ n }} {{ yes }} {{ none }}', { n: 3, yes: true, none: null }, '3 true null'],
    ["{{ tag | default('v1') }}", {}, 'v1'],
    ["{{ tag|default('v1') }}", { tag: 'v2' }, 'v2'],
    ["{{ tag | default('v1') }}", { tag: '' }, ''],
    ["{{ tag | default('v1', true) }}", { tag: '' }, 'v1'],
    ["{{ tag | default('v1', false) }}", { tag: '' }, ''],
    ['{{ list | default("none", true) }}', { list: [] }, 'none'],
    ['{{ n | default(8080) }} {{ b | default(True) }}', {}, '8080 true'],
    [String.raw`{{ q | default('it\'s a "}}"') }}`, {}, `it's a "}}"`],
    ['no { variable } here', {}, 'no { variable } here'],
    ['{{ x }}', { x: '{{ y }}' }, '{{ y }}'],
  ])('%s with %o', (template, values, text) => {
    expect(renderTemplate(template, values)).toBe(text)
  })

  test('names every missing variable at once, with its place', () => {
    const error = failureOf(() =>
      renderTemplate('a: {{ one }}\nb:   {{ two }} {{ three }}', { two: 1 }),
    )
    expect(error.code).toBe('TEMPLATE_VARIABLE_MISSING')
    expect(error.problems).toEqual([
      {
        path: '',
        message: "variable 'one' has neither a value nor a default",
        hint: "Add one => '…' to USING",
        line: 1,
        column: 4,
      },
      expect.objectContaining({ message: expect.stringContaining("'three'"), line: 2, column: 16 }),
    ])
  })

  test('does not take what every object has for a value', () => {
    expect(failureOf(() => renderTemplate('{{ constructor }}', {})).code).toBe(
      'TEMPLATE_VARIABLE_MISSING',
    )
  })

  test.each([
    ['a\n {% if x %}b{% endif %}', "template statement 'if' is not supported", 2, 2],
    ['{%- for x in y %}', "template statement 'for' is not supported", 1, 1],
    ['{# note #}', 'template comments are not supported', 1, 1],
    ['{{ x | upper }}', "template filter 'upper' is not supported", 1, 1],
    ['{{ x | default }}', "filter 'default' has no value", 1, 1],
    ['{{ x.y }}', "template expression '{{ x.y }}' is not supported", 1, 1],
    ['{{- x }}', "template expression '{{- x }}' is not supported", 1, 1],
    ['{{ x | default(y) }}', "template expression '{{ x | default(y) }}' is not supported", 1, 1],
    ['{{ x', "template expression has no end '}}'", 1, 1],
  ])('refuses %s by name', (template, message, line, column) => {
    const error = failureOf(() => renderTemplate(template, { x: 1 }))
    expect(error.code).toBe('TEMPLATE_INVALID')
    expect(error.problems[0]).toMatchObject({ message, line, column })
  })

  test('goes on behind what it refuses', () => {
    expect(failureOf(() => renderTemplate('{% if x %}{{ y | upper }}', {})).problems).toHaveLength(
      2,
    )
  })
})
