import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { medianOf } from './measure.ts'

/** Milliseconds that sed takes to find some lines of a file. */
export async function findLines(
  file: string,
  first: number,
  count: number,
  runs: number,
): Promise<number> {
  const last = first + count - 1
  const script = `${first},${last}p;${last}q`
  return await medianOf(runs, async () => {
    const started = performance.now()
    const { stdout } = await promisify(execFile)('sed', ['-n', script, file], {
      maxBuffer: 2 ** 30,
    })
    if (stdout.split('\n').length !== count + 1) throw new Error('sed found other lines')
    return performance.now() - started
  })
}
