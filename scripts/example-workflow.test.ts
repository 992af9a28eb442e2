import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { describe, expect, test } from 'vitest'
import { loadConfig } from './config.ts'
import { readArguments, type Verb } from './verb.ts'

const TEXT = readFileSync(new URL('../examples/github-actions/spcs.yml', import.meta.url), 'utf8')

/** The words after `npx spcs` of every command in the workflow. */
const COMMANDS = [...TEXT.matchAll(/npx spcs ([^|\n]+)/g)].map(([, words = '']) =>
  words.trim().split(' '),
)

describe('the workflow for GitHub Actions', () => {
  test.each(COMMANDS)('runs a command that there is: spcs %s', async (name = '', ...words) => {
    const module = (await import(
      /* @vite-ignore */ new URL(`${name}.ts`, import.meta.url).href
    )) as Readonly<Record<string, Verb>>
    const verb = Object.values(module).find((exported) => exported.name === name)
    if (verb === undefined) throw new Error(`no verb is called ${name}`)
    const { options } = readArguments(verb, words)
    const config = await loadConfig({ options })
    const hasConnection = options['env'] === undefined || config.environment.connection === 'prod'
    expect(hasConnection).toBe(true)
  })

  test('is YAML whose jobs wait for the tests', () => {
    const { jobs } = parse(TEXT) as { jobs: Record<string, { needs?: string }> }
    expect(Object.entries(jobs).map(([name, { needs }]) => [name, needs])).toEqual([
      ['test', undefined],
      ['plan', 'test'],
      ['deploy', 'test'],
    ])
  })
})
