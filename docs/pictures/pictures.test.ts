import { readdirSync, readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const HERE = fileURLToPath(new URL('.', import.meta.url))
const READMES = ['../../README.md', '../../apps/notebook/README.md']

test('the READMEs name every picture that there is, small, with words for who cannot see it', () => {
  const named = READMES.flatMap((path) => {
    const readme = new URL(path, import.meta.url)
    const text = readFileSync(readme, 'utf8')
    for (const [image] of text.matchAll(/<img [^>]*>/g)) expect(image).toMatch(/ alt="[^"]{20,}"/)
    return [...text.matchAll(/ src(?:set)?="([^"]+)"/g)].map(([, address = '']) =>
      fileURLToPath(new URL(address, readme)),
    )
  })
  const there = readdirSync(HERE).filter((name) => name.endsWith('.png'))
  expect(named.toSorted()).toEqual(there.map((name) => HERE + name).toSorted())
  for (const path of named) expect(statSync(path).size).toBeLessThan(200_000)
})
