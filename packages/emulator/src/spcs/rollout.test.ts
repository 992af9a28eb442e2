import { describe, expect, test } from 'vitest'
import { nextStep, type RolloutGoal, type RolloutInstance, type RolloutStep } from './rollout.ts'

describe('nextStep()', () => {
  test.each<[what: string, instances: string, goal: string, step: string]>([
    ['starts what is missing', '', '2/2', 'begin 0,1'],
    ['starts the one that was ended', '0 READY', '2/2', 'begin 1'],
    ['ends what is too many before anything else', '0 old, 1 READY, 2 READY', '1/1', 'end 1,2'],
    ['ends all of a service that is suspended', '0 READY, 1 PENDING', '0/1', 'end 0,1'],
    ['is done', '0 READY, 1 PENDING', '2/1', 'done'],
    ['replaces from the highest down', '0 old READY, 1 old READY', '2/1', 'end 1'],
    ['waits for the new one', '0 old READY, 1 PENDING', '2/1', 'wait'],
    ['waits for the new one, also when it failed', '0 old READY, 1 FAILED', '2/1', 'wait'],
    ['waits for it also to replace one that is not ready', '0 old FAILED, 1 FAILED', '2/1', 'wait'],
    ['goes on when the new one is ready', '0 old READY, 1 READY', '2/1', 'end 0'],
    ['goes on when all must be ready, as is the default', '0 old READY, 1 READY', '2/2', 'end 0'],
    ['replaces a single one', '0 old READY', '1/1', 'end 0'],
    ['replaces the broken one at once', '0 READY, 1 old FAILED', '2/1', 'end 1'],
    ['replaces first who is not ready', '0 old PENDING, 1 old READY', '2/1', 'end 0'],
    ['keeps as many ready as are needed', '0 READY, 1 old PENDING, 2 old READY', '3/2', 'end 1'],
  ])('%s: %s, goal %s', (_what, instances, goal, step) => {
    expect(printStep(nextStep(readInstances(instances), readGoal(goal)))).toBe(step)
  })

  test('replaces every instance, and never leaves too few ready', () => {
    for (const [instances, minReady] of [
      [1, 1],
      [2, 1],
      [3, 2],
      [4, 4],
      [5, 0],
    ] as const) {
      let running = Array.from({ length: instances }, (_, id) => one(id, 'READY', true))
      for (let steps = 0; running.some(({ isOutdated }) => isOutdated); steps++) {
        expect(steps).toBeLessThan(20)
        const step = nextStep(running, { instances, minReady })
        if (step.kind === 'end') running = running.filter(({ id }) => !step.ids.includes(id))
        if (step.kind === 'begin') running.push(...step.ids.map((id) => one(id, 'READY', false)))
        expect(running.length).toBeGreaterThanOrEqual(Math.min(minReady, instances - 1))
      }
      expect(running).toHaveLength(instances - 1)
    }
  })
})

/** `0 old READY, 1 FAILED` */
function readInstances(text: string): RolloutInstance[] {
  return text
    .split(', ')
    .filter(Boolean)
    .map((part) => {
      const [id, ...words] = part.split(' ')
      const status = words.find((word) => word !== 'old') ?? 'READY'
      return one(Number(id), status as RolloutInstance['status'], words.includes('old'))
    })
}

function one(id: number, status: RolloutInstance['status'], isOutdated: boolean): RolloutInstance {
  return { id, status, isOutdated }
}

/** Instances and MIN_READY_INSTANCES: `2/1`. */
function readGoal(text: string): RolloutGoal {
  const [instances = 0, minReady = 0] = text.split('/').map(Number)
  return { instances, minReady }
}

function printStep(step: RolloutStep): string {
  return 'ids' in step ? `${step.kind} ${step.ids.join(',')}` : step.kind
}
