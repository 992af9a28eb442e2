import { open } from 'node:fs/promises'
import { ChangeSet } from '@codemirror/state'
import type { VolumeFileSystem } from '../file-system.ts'
import { Notebooks } from '../notebooks.ts'
import { FakeKernel } from './fake-kernel.ts'
import { Page } from './page.ts'
import { strictFiles } from './strict-files.ts'

/**
 * A server that is there to be killed: it opens a notebook, types and runs, and prints each number that was
 * acknowledged. Its volume is slow, so that kills hit the middle of a write.
 */
const [root, stateDirectory, firstNumber] = process.argv.slice(2)
if (root === undefined || stateDirectory === undefined) throw new Error('where?')

const kernels: FakeKernel[] = []
const notebooks = new Notebooks({
  root,
  stateDirectory,
  files: slow(strictFiles()),
  startKernel: () => {
    const kernel = new FakeKernel()
    kernels.push(kernel)
    return Promise.resolve(kernel)
  },
  times: { quietMs: 2, mostMs: 5, retryMs: 5, checkMs: 10_000 },
})
process.stdout.write('begun\n')
await notebooks.recover()
const notebook = await notebooks.open('a.ipynb')
const page = new Page(`page-${firstNumber}`).connect(notebook)

for (let n = Number(firstNumber); ; n++) {
  const cell = page.cell('a')
  const change = ChangeSet.of({ from: cell.source.length, insert: `${n};` }, cell.source.length)
  const { version } = cell
  await page.ask({ type: 'change-source', cellId: 'a', version, changes: change.toJSON() })
  process.stdout.write(`acknowledged ${n}\n`)
  if (n % 5 === 0) await run(n)
}

/** Prints a number from the second cell. */
async function run(n: number): Promise<void> {
  const [kernel] = kernels
  const before = kernel?.requests.length ?? 0
  process.stdout.write(`running ${n}\n`)
  await page.ask({ type: 'run-cells', cellIds: ['b'] })
  const request = await kernels[0]?.request(before)
  if (request === undefined) throw new Error('no kernel')
  kernels[0]?.start(request)
  kernels[0]?.print(request, `printed ${n}`)
  kernels[0]?.finish(request)
  await page.until(() => page.cell('b').run.status === 'ended')
  process.stdout.write(`printed ${n}\n`)
}

/** One sequential write, but not all at once. */
function slow(files: VolumeFileSystem): VolumeFileSystem {
  return {
    read: (path) => files.read(path),
    stat: (path) => files.stat(path),
    remove: (path) => files.remove(path),
    list: (path) => files.list(path),
    async write(path, content) {
      const handle = await open(path, 'w')
      try {
        const step = Math.ceil(content.length / 4)
        for (let at = 0; at < content.length; at += step) {
          await handle.write(content.subarray(at, at + step))
          await new Promise((resolve) => setTimeout(resolve, 1))
        }
      } finally {
        await handle.close()
      }
    },
  }
}
