import {
  callServiceFunction,
  defineServiceFunction,
  serviceFunctions,
} from '@spcs/service-function'
import Fastify from 'fastify'
import { expect, test } from 'vitest'

let greetings = 0

const GREET = defineServiceFunction({
  name: 'GREET',
  path: '/greet',
  arguments: { name: 'VARCHAR', visits: 'NUMBER(38,0)' },
  returns: 'VARCHAR',
  maxBatchRows: 2,
  contextHeaders: ['CURRENT_USER'],
  handler: ({ name, visits }, { headers }) => {
    greetings += 1
    return `${headers.CURRENT_USER} greets ${name}, visit ${visits + 1n}`
  },
})

test('GREET greets each guest once, also when an answer is lost on its way', async () => {
  const app = Fastify()
  app.register(serviceFunctions, { functions: [GREET] })

  const rows = [{ name: 'Zoe', visits: 0n }, ['Ada', 2n], ['Alan', null]]
  const values = await callServiceFunction(app, rows, {
    function: GREET,
    contextHeaders: { CURRENT_USER: 'KIM' },
    faults: ({ batch, attempt }) => (batch === 0 && attempt === 0 ? 'answer-lost' : undefined),
  })

  expect(values).toEqual(['KIM greets Zoe, visit 1', 'KIM greets Ada, visit 3', null])
  expect(greetings).toBe(2)
})
