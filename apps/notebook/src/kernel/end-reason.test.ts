import { constants } from 'node:os'
import { expect, test } from 'vitest'
import { endReason } from './end-reason.ts'

const { SIGABRT, SIGKILL } = constants.signals
const OUT_OF_MEMORY =
  'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory'

test.each([
  [0, 0, '', 'its process ended with exit code 0'],
  [3, undefined, OUT_OF_MEMORY, 'its process ended with exit code 3'],
  [
    0,
    SIGKILL,
    '',
    'its process was ended by signal SIGKILL, as the system does when memory runs out',
  ],
  [137, 0, '', 'its process ended with code 137 (signal SIGKILL)'],
  [0, SIGABRT, '', 'its process was ended by signal SIGABRT'],
  [0, SIGABRT, OUT_OF_MEMORY, expect.stringContaining('heap is out of memory') as string],
])('endReason() of code %j, signal %j', (code, signal, lastWords, reason) => {
  expect(endReason(code, signal, lastWords)).toEqual(reason)
})
