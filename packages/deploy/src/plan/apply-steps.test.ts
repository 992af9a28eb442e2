import { describe, expect, test } from 'vitest'
import { ScriptedRunner } from '../testing/scripted-runner.ts'
import { NOTHING } from './actual-state.ts'
import { applySteps } from './apply-steps.ts'
import type { DesiredState } from './desired-state.ts'
import { planDeploy } from './plan-deploy.ts'

const PATH = '@DB.PUBLIC.SPECS/api.yaml'
const desired: DesiredState = {
  databases: [{ name: 'db' }],
  warehouses: [{ name: 'wh' }],
  stages: [{ name: 'db.public.specs' }],
  services: [
    { name: 'db.public.api', computePool: 'p', source: { text: 'spec: {}', stageFile: PATH } },
  ],
}

describe('applySteps()', () => {
  test('runs statements and puts files, and tells each step', async () => {
    const steps = planDeploy(desired, NOTHING)
    const runner = new ScriptedRunner()
    const events: string[] = []
    await applySteps(steps, runner, {
      concurrency: 1,
      onStep: ({ type, index, count }) => events.push(`${type} ${index}/${count}`),
    })
    expect(runner.statements).toHaveLength(steps.length - 1)
    expect(Object.values(runner.files)).toEqual(['spec: {}'])
    expect(events.slice(0, 3)).toEqual(['step-started 1/6', 'step-done 1/6', 'step-started 2/6'])
  })

  test('begins a step as soon as those are done that it needs, and no earlier', async () => {
    const log: string[] = []
    await applySteps(planDeploy(desired, NOTHING), new ScriptedRunner(), {
      onStep: ({ type, step }) => log.push(`${type === 'step-started' ? '+' : '-'} ${step.object}`),
    })
    expect(log.slice(0, 2)).toEqual(['+ database DB', '+ warehouse WH'])
    const chain = ['database DB', 'stage DB.PUBLIC.SPECS', `file ${PATH}`, 'service DB.PUBLIC.API']
    const ofChain = log.filter((line) => !line.endsWith('warehouse WH'))
    expect(ofChain.slice(0, 8)).toEqual(chain.flatMap((object) => [`+ ${object}`, `- ${object}`]))
  })

  test('sends a password that it never shows', async () => {
    const runner = new ScriptedRunner()
    const users = [{ name: 'developer', password: "it's secret" }]
    await applySteps(planDeploy({ users }, NOTHING), runner)
    expect(runner.statements[0]).toContain(String.raw`PASSWORD = 'it\'s secret'`)
  })

  test('begins no step after one that failed, and says which', async () => {
    const runner = new ScriptedRunner({ 'CREATE DATABASE': new Error('Insufficient privileges') })
    await expect(
      applySteps(planDeploy(desired, NOTHING), runner, { concurrency: 1 }),
    ).rejects.toMatchObject({
      code: 'STEP_FAILED',
      message: 'Cannot create database DB: Insufficient privileges',
    })
    expect(runner.statements).toHaveLength(1)
  })

  test('begins none when it has been interrupted', async () => {
    const runner = new ScriptedRunner()
    const signal = AbortSignal.abort(new Error('Ctrl-C'))
    await expect(applySteps(planDeploy(desired, NOTHING), runner, { signal })).rejects.toThrow(
      'Ctrl-C',
    )
    expect(runner.statements).toEqual([])
  })
})
