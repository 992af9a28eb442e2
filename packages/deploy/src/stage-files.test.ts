import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  hasText,
  isSpecificationPath,
  listFiles,
  putText,
  specificationPath,
} from './stage-files.ts'
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

describe('listFiles()', () => {
  test('gives paths as one types them', async () => {
    const runner = new ScriptedRunner({
      LIST: [{ name: 'specs/api/0123456789abcdef.yaml', size: 3, md5: 'AB' }],
    })
    expect(await listFiles(runner, '@DB.PUBLIC.SPECS/api/')).toEqual([
      { path: '@DB.PUBLIC.SPECS/api/0123456789abcdef.yaml', size: 3, md5: 'ab' },
    ])
  })

  test('finds nothing where there is no stage', async () => {
    expect(await listFiles(new ScriptedRunner({ LIST: missingObject() }), PATH)).toEqual([])
  })
})

describe('hasText()', () => {
  test.each([
    ['the same text', { size: 1, md5: md5('a') }, true],
    ['another text', { size: 1, md5: md5('b') }, false],
    ['the MD5 of something else, and the same size', { size: 1, md5: `${md5('b')}-2` }, true],
    ['the MD5 of something else, and another size', { size: 2, md5: '' }, false],
  ])('%s', (_case, file, has) => {
    expect(hasText({ path: PATH, ...file }, 'a')).toBe(has)
  })
})

describe('specificationPath()', () => {
  test('is another for another text', () => {
    const path = specificationPath('@DB.PUBLIC.SPECS', 'DB.PUBLIC.CONVERT_API', 'a')
    expect(path).toMatch(/^@DB\.PUBLIC\.SPECS\/convert_api\/[0-9a-f]{16}\.yaml$/)
    expect(isSpecificationPath(path)).toBe(true)
    expect(specificationPath('@DB.PUBLIC.SPECS', 'DB.PUBLIC.CONVERT_API', 'b')).not.toBe(path)
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
