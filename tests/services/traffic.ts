import { Agent } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import type { AskOptions } from './ask.ts'

/** Where the traffic goes. */
export interface Target {
  ask(options: AskOptions): Promise<readonly [status: number, text: string]>
}

/** Beyond this a machine that cannot keep up gets no more: the queue of new connections is not endless. */
const MOST_UNDER_WAY = 200

/** Requests at a steady rate over kept connections, whatever becomes of those before; every fourth is a POST. */
export class Traffic {
  readonly #target: Target
  readonly #agent = new Agent({ keepAlive: true })
  readonly #underWay = new Set<Promise<void>>()
  readonly #stopping = new AbortController()
  readonly #running: Promise<void>
  /** How many were answered by each version. */
  readonly answers = new Map<string, number>()
  readonly failures: string[] = []
  sent = 0
  /** The longest time between two answers. */
  gapMs = 0
  #lastAnswer = performance.now()

  constructor(target: Target, requestsPerSecond: number) {
    this.#target = target
    this.#running = this.#run(requestsPerSecond)
  }

  /** Waits until so many more were answered. */
  async answered(more: number): Promise<void> {
    const goal = this.#answered() + more
    while (this.#answered() < goal) await pause(5)
  }

  /** Ends when every request was answered. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#running
    await Promise.all(this.#underWay)
    this.#agent.destroy()
  }

  async #run(requestsPerSecond: number): Promise<void> {
    const start = performance.now()
    while (!this.#stopping.signal.aborted) {
      const due = ((performance.now() - start) / 1000) * requestsPerSecond
      while (this.sent < due && this.#underWay.size < MOST_UNDER_WAY) {
        const one = this.#ask(this.sent++).finally(() => this.#underWay.delete(one))
        this.#underWay.add(one)
      }
      await pause(2)
    }
  }

  async #ask(number: number): Promise<void> {
    const agent = this.#agent
    const body = `${number} `.repeat(200)
    const asked =
      number % 4 === 0
        ? { method: 'POST', path: '/echo', body, agent }
        : { path: `/work?ms=${number % 40}`, agent }
    try {
      const [status, text] = await this.#target.ask(asked)
      const [version = '', rest = ''] = text.split('\n')
      const isRight = status === 200 && rest === ('body' in asked ? body : '')
      if (!isRight) this.failures.push(`${asked.path}: ${status} ${text.slice(0, 200)}`)
      const now = performance.now()
      this.gapMs = Math.max(this.gapMs, now - this.#lastAnswer)
      this.#lastAnswer = now
      this.answers.set(version, (this.answers.get(version) ?? 0) + 1)
    } catch (error) {
      this.failures.push(`${asked.path}: ${String(error)}`)
    }
  }

  #answered(): number {
    return [...this.answers.values()].reduce((sum, count) => sum + count, 0)
  }
}

/** A program that answers the traffic, and ends at SIGTERM without looking at what it has under way. */
export const TRAFFIC_SERVER = `
  const { createServer } = require('node:http')
  if (process.env.BROKEN) throw new Error('no configuration')
  const version = process.env.VERSION
  createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://service')
    let body = ''
    request.on('data', (chunk) => (body += chunk))
    request.on('end', () => {
      const answer = pathname === '/batch' ? body : version + '\\n' + body
      setTimeout(() => response.end(answer), Number(searchParams.get('ms') ?? 0))
    })
  }).listen(8080)
  process.on('SIGTERM', () => process.exit(0))
`

/** Its specification. */
export function trafficSpec(image: string, env: Readonly<Record<string, string>>): string {
  return JSON.stringify({
    spec: {
      containers: [
        { name: 'main', image, env, readinessProbe: { port: 8080, path: '/healthcheck' } },
      ],
      endpoints: [{ name: 'web', port: 8080, public: true }],
    },
  })
}
