import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { imagesBeside } from './images-beside.ts'

const PNG = Buffer.from('\u0089PNG\r\n\u001a\n and more', 'latin1')
const ADDRESS = `data:image/png;base64,${PNG.toString('base64')}`

test('takes in images of the served folder, by what they hold, and nothing else', async () => {
  const directory = temporaryFolder()
  mkdirSync(join(directory, 'a/plots'), { recursive: true })
  mkdirSync(join(directory, '.hidden'))
  writeFileSync(join(directory, 'a/plots/my plot.png'), PNG)
  writeFileSync(join(directory, 'top.png'), PNG)
  writeFileSync(join(directory, '.hidden/a.png'), PNG)
  writeFileSync(join(directory, 'a/secret.png'), 'password')
  writeFileSync(join(directory, 'a/large.png'), Buffer.concat([PNG, Buffer.alloc(4 * 1024 * 1024)]))
  const addresses = [
    'plots/my%20plot.png',
    './plots/my%20plot.png?v=1',
    '../top.png',
    '../.hidden/a.png',
    '../../top.png',
    '/top.png',
    'secret.png',
    'large.png',
    'none.png',
    '%',
    '',
    'https://foreign.test/a.png',
    'attachment:a.png',
  ]
  const images = await imagesBeside({ directory, forbidden: [] }, 'a/b.ipynb', new Set(addresses))
  expect([...images]).toEqual(addresses.slice(0, 3).map((address) => [address, ADDRESS]))
})
