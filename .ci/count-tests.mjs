// Sums the closing lines of every vitest run in the logs named on the command line:
//   Tests  2 failed | 60 passed | 1 skipped (63)
import { readFileSync } from 'node:fs'

const sums = { passed: 0, failed: 0, skipped: 0 }
for (const path of process.argv.slice(2)) {
  for (const [line] of readFileSync(path, 'utf8').matchAll(/^\s*Tests {2}.*$/gm)) {
    for (const [, count, outcome] of line.matchAll(/(\d+) (passed|failed|skipped)/g)) {
      sums[outcome] += Number(count)
    }
  }
}
console.log(`${sums.passed} passed, ${sums.failed} failed, ${sums.skipped} skipped`)
if (sums.passed === 0) process.exit(1)
