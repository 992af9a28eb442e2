import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { isTextOnStage, putText, putTextIfChanged } from './stage-files.ts'
import { splitStagePath } from './stage-path.ts'
import { missingObject, ScriptedRunner } from './testing/scripted-runner.ts'

const PATH = '@DB.PUBLIC.SPECS/api.yaml'
const md5 = (text: string): string => createHash('md5').update(text).digest('hex')

describe('putText()', () => {
  test('puts the text under the file’s own name', async () => {
    const runner = new ScriptedRunner()
    await putText(runner, 'spec: {}\n', PATH)
    expect(runner.files).toEqual({ [PATH]: 'spec: {}\n' })
  })
})

describe('isTextOnStage()', () => {
  test.each([
    ['the same text', [{ name: 'specs/api.yaml', md5: md5('a') }], true],
    ['another text', [{ name: 'specs/api.yaml', md5: md5('b') }], false],
    ['a file whose name goes on', [{ name: 'specs/api.yaml.old', md5: md5('a') }], false],
    ['nothing', [], false],
    ['no stage', missingObject(), false],
  ])('%s', async (_case, answer, there) => {
    const runner = new ScriptedRunner({ [`LIST ${PATH}`]: answer })
    expect(await isTextOnStage(runner, 'a', PATH)).toBe(there)
  })
})

describe('putTextIfChanged()', () => {
  test('puts nothing that is there', async () => {
    const runner = new ScriptedRunner({ LIST: [{ name: 'specs/api.yaml', md5: md5('a') }] })
    expect(await putTextIfChanged(runner, 'a', PATH)).toBe(false)
    expect(await putTextIfChanged(runner, 'b', PATH)).toBe(true)
    expect(runner.files).toEqual({ [PATH]: 'b' })
  })
})

describe('splitStagePath()', () => {
  test('splits at the last slash', () => {
    expect(splitStagePath('@SPECS/a/b.yaml')).toEqual({ location: '@SPECS/a', file: 'b.yaml' })
  })

  test.each(['SPECS/a.yaml', '@SPECS', '@SPECS/', "@SPECS/a'.yaml", '@SPECS; DROP/a.yaml'])(
    'refuses %s',
    (path) => {
      expect(() => splitStagePath(path)).toThrow(
        expect.objectContaining({ code: 'STAGE_PATH_INVALID' }),
      )
    },
  )
})
