import { describe, expect, test } from 'vitest'
import { batchRequest, convertHeaders } from './service-function-request.ts'

describe('batchRequest()', () => {
  const { beforeNumber, afterNumber } = batchRequest('127.0.0.1:9090', 5)
  const [head = '', body = ''] = `${beforeNumber}7${afterNumber}`.split('\r\n\r\n')
  const headers = new Map(
    head
      .split('\r\n')
      .slice(1)
      .map((line) => {
        const [name = '', value = ''] = line.split(': ')
        return [name, value] as const
      }),
  )

  test('posts rows of one temperature, in lines as Snowflake breaks them', () => {
    expect(head.split('\r\n')[0]).toBe('POST /convert HTTP/1.1')
    expect(body).toBe('{\n"data":[\n[0,0]\n,[1,3.7]\n,[2,7.4]\n,[3,11.1]\n,[4,14.8]\n]\n}')
    expect(headers.get('content-length')).toBe(String(Buffer.byteLength(body)))
  })

  test('carries every header of a batch, and its number in the batch id alone', () => {
    expect([...headers.keys()]).toEqual([
      'host',
      ...Object.keys(convertHeaders('7')),
      'content-length',
    ])
    const queryId = headers.get('sf-external-function-current-query-id')
    expect(headers.get('sf-external-function-query-batch-id')).toBe(`${queryId}:1:7:0:0`)
  })

  test('belongs to a query of its own', () => {
    expect(batchRequest('127.0.0.1:9090', 5).beforeNumber).not.toBe(beforeNumber)
  })
})
