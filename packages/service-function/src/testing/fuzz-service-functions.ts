import * as fc from 'fast-check'
import Fastify from 'fastify'
import { serviceFunctions } from '../plugin.ts'
import { expectSoundAnswer } from './expect-sound-answer.ts'
import { fuzzedFunction } from './fuzzed-function.ts'
import { fuzzedRequest } from './fuzzed-request.ts'

/** So short an answer is packed, so that many are. */
const GZIP_FROM_BYTES = 64

/** Sends so many random requests to functions of random types, and checks every answer. */
export async function fuzzServiceFunctions(runs: number): Promise<void> {
  const cases = fuzzedFunction.chain((fuzzed) =>
    fc.record({ definition: fc.constant(fuzzed.definition), request: fuzzedRequest(fuzzed) }),
  )
  await fc.assert(
    fc.asyncProperty(cases, async ({ definition, request }) => {
      const app = Fastify()
      try {
        app.register(serviceFunctions, {
          functions: [definition],
          maxBatchesInFlight: 1,
          gzipFromBytes: GZIP_FROM_BYTES,
        })
        await expectSoundAnswer(app, definition, request)
      } finally {
        await app.close()
      }
    }),
    { numRuns: runs, endOnFailure: true },
  )
}
