import { describe, expect, test } from 'vitest'
import { batchHeaders } from './headers.ts'

const values = {
  queryId: '01b2',
  batchId: '01b2:1:1:0:0',
  name: 'CONVERT_UDF',
  signature: '(TEMP_C FLOAT)',
  returnType: 'FLOAT',
  contextHeaders: {},
}

describe('batchHeaders()', () => {
  test('says what Snowflake says of a batch', () => {
    expect(batchHeaders(values)).toEqual({
      'content-type': 'application/json',
      'user-agent': 'snowflake/1.0',
      accept: '*/*',
      'accept-encoding': 'gzip',
      'sf-external-function-format': 'json',
      'sf-external-function-format-version': '1.0',
      'sf-external-function-current-query-id': '01b2',
      'sf-external-function-query-batch-id': '01b2:1:1:0:0',
      'sf-external-function-name': 'CONVERT_UDF',
      'sf-external-function-name-base64': 'Q09OVkVSVF9VREY=',
      'sf-external-function-signature': '(TEMP_C FLOAT)',
      'sf-external-function-signature-base64': 'KFRFTVBfQyBGTE9BVCk=',
      'sf-external-function-return-type': 'FLOAT',
      'sf-external-function-return-type-base64': 'RkxPQVQ=',
    })
  })

  test('folds what HTTP cannot carry to single spaces and keeps it in the twin', () => {
    const contextHeaders = { CURRENT_USER: 'ZOË\r\n  X' }
    const headers = batchHeaders({ ...values, contextHeaders })
    expect(headers['sf-context-current-user']).toBe('ZO X')
    expect(Buffer.from(headers['sf-context-current-user-base64'] ?? '', 'base64').toString()).toBe(
      'ZOË\r\n  X',
    )
  })
})
