import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')

describe('README', () => {
  test('shows the test of example.test.ts as it stands', () => {
    expect(read('../README.md')).toContain(`\`\`\`ts\n${read('./example.test.ts')}\`\`\``)
  })
})
