import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as after } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'

const PACKAGE = new URL('../../packages/service-function/src/event-table-log.ts', import.meta.url)

describe('eventTableLogger() in a process of its own', () => {
  test('loses no line and no order to a reader that is slower', async () => {
    const logger = run(`
      process.stdout // what touches it makes the pipe refuse what it has no room for
      for (let n = 0; n < 50_000; n++) logger.info({ n, filler: 'x'.repeat(100) }, 'line')
    `)
    let text = ''
    logger.stdout?.setEncoding('utf8')
    for await (const chunk of logger.stdout ?? []) {
      text += String(chunk)
      if (Math.random() < 0.02) await after(10)
    }
    expect(text.endsWith('\n')).toBe(true)
    const numbers = text
      .trimEnd()
      .split('\n')
      .map((line) => attributesOf(line)['n'])
    expect(numbers).toEqual(Array.from({ length: 50_000 }, (_, n) => n))
  })

  test.each([
    ['process.exit(3)', 3],
    ["setTimeout(() => { throw new Error('unexpected') })", 1],
    ["Promise.reject(new Error('unexpected'))", 1],
    ['', 0],
  ])('writes what it holds back when the process ends by %s', async (end, code) => {
    const logger = run(`for (let n = 0; n < 5; n++) logger.info({ n }, 'line'); ${end}`)
    const [text] = await Promise.all([textOf(logger), once(logger, 'exit')])
    expect(
      text
        .trimEnd()
        .split('\n')
        .map((line) => attributesOf(line)['n']),
    ).toEqual([0, 1, 2, 3, 4])
    expect(logger.exitCode).toBe(code)
  })

  test('writes within a moment what is logged while nothing ends', async () => {
    const logger = run(`
      for (let n = 0; n < 3; n++) logger.info({ n }, 'line')
      setInterval(() => {}, 1000)
    `)
    let text = ''
    for await (const chunk of logger.stdout ?? []) {
      text += String(chunk)
      if (text.split('\n').length > 3) break
    }
    expect(attributesOf(text.split('\n')[2] ?? '')['n']).toBe(2)
  })
})

function run(statements: string): ChildProcess {
  const script = `
    const { eventTableLogger } = await import(${JSON.stringify(PACKAGE.href)})
    const { logger } = eventTableLogger({ name: 'test' })
    ${statements}
  `
  const args = ['-C', '@spcs/source', '--import', 'tsx', '--input-type=module', '-e', script]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

async function textOf({ stdout }: ChildProcess): Promise<string> {
  let text = ''
  for await (const chunk of stdout ?? []) text += String(chunk)
  return text
}

function attributesOf(line: string): Record<string, unknown> {
  return (JSON.parse(line) as { attributes: Record<string, unknown> }).attributes
}
