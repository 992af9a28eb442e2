import { describe, expect, test } from 'vitest'
import { answeredStatus, listeningPorts } from './log-clues.ts'

describe('listeningPorts()', () => {
  test.each([
    ['{"level":30,"msg":"Server listening at http://0.0.0.0:3000"}', [3000]],
    ['Server listening at http://[::]:9090', [9090]],
    ['Example app listening on port 8080', [8080]],
    ['  > Local: ready on http://localhost:5173/', [5173]],
    ['listening on :8888', [8888]],
    ['[12:30:45] server started on port: 4000', [4000]],
    ['2026-01-01T12:30:45.000Z ready', []],
    ['[12:30:45] job started', []],
    ['connecting to http://db:5432', []],
    ['not listening on port 9090 yet', []],
    ['Error: listen EADDRINUSE: address already in use :::9090', []],
  ])('%s → %j', (line, ports) => {
    expect(listeningPorts([line])).toEqual(ports)
  })
})

describe('answeredStatus()', () => {
  test.each([
    ['{"req":{"url":"/health"},"res":{"statusCode":404}}', 404],
    ['127.0.0.1 - - [01/Jan/2026] "GET /health HTTP/1.1" 503 12', 503],
    ['GET /other status=404', undefined],
    ['GET /health', undefined],
  ])('%s → %s', (line, status) => {
    expect(answeredStatus([line], '/health')).toBe(status)
  })

  test('is the newest that the log tells of', () => {
    const lines = ['GET /health status: 503', 'GET /health status: 200']
    expect(answeredStatus(lines, '/health')).toBe(200)
  })
})
