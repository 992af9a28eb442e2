import { describe, expect, test } from 'vitest'

import { parseImageReference, printImageReference } from './image-reference.ts'

const digest = `sha256:${'0a'.repeat(32)}`

describe('parseImageReference()', () => {
  test.each([
    [
      '/my_db/public/image_repo/convert-api:v1',
      {
        database: 'my_db',
        schema: 'public',
        repository: 'image_repo',
        name: 'convert-api',
        tag: 'v1',
      },
    ],
    [
      'my-org-my-acct.registry.snowflakecomputing.com/db/s/r/n:T.1-x',
      {
        registry: 'my-org-my-acct.registry.snowflakecomputing.com',
        database: 'db',
        schema: 's',
        repository: 'r',
        name: 'n',
        tag: 'T.1-x',
      },
    ],
    [
      '127.0.0.1:8084/db/s/r/n',
      { registry: '127.0.0.1:8084', database: 'db', schema: 's', repository: 'r', name: 'n' },
    ],
    [
      '/db/s/r/team/n:1',
      { database: 'db', schema: 's', repository: 'r', name: 'team/n', tag: '1' },
    ],
    [`/db/s/r/n@${digest}`, { database: 'db', schema: 's', repository: 'r', name: 'n', digest }],
    [
      `/db/s/r/n:1@${digest}`,
      { database: 'db', schema: 's', repository: 'r', name: 'n', tag: '1', digest },
    ],
  ])('takes %s apart, and printImageReference() joins it again', (text, parts) => {
    expect(parseImageReference(text)).toStrictEqual(parts)
    expect(printImageReference(parts)).toBe(text)
  })

  test.each([
    [
      'nginx',
      'Push the image to an image repository and write /database/schema/repository/name:tag',
    ],
    [
      '/db/s/n:1',
      'Push the image to an image repository and write /database/schema/repository/name:tag',
    ],
    [
      '/db/s/r/n:',
      'Push the image to an image repository and write /database/schema/repository/name:tag',
    ],
    ['/DB/S/R/n:V1', 'Write it in lower case: /db/s/r/n:V1'],
  ])('refuses %s and says what to write', (text, hint) => {
    expect(() => parseImageReference(text)).toThrow(
      expect.objectContaining({ code: 'IMAGE_REFERENCE_INVALID', hint }),
    )
  })

  test('refuses a long text without end in no time', () => {
    expect(() => parseImageReference(`/${'a/'.repeat(50_000)}!`)).toThrow(/Cannot read image/)
  })
})
