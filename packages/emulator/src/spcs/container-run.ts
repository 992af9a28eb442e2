import type { Container } from '@spcs/spec'
import { pause } from './changes.ts'
import { probe } from './probe.ts'
import {
  type ContainerRequest,
  ContainerStartError,
  type Runner,
  type RunningContainer,
} from './runner.ts'
import {
  applyEvent,
  type ContainerEvent,
  type ContainerState,
  NEW_CONTAINER,
} from './service-state.ts'
import type { ServiceTiming } from './timing.ts'

export interface ContainerRunOptions {
  readonly container: Container
  readonly runner: Runner
  readonly timing: ServiceTiming
  readonly now: () => Date
  /** Is called after each change of `state`. */
  readonly onChange: () => void
}

/** One container, kept running: started, asked how it is, and started again whenever it ends. */
export class ContainerRun {
  readonly container: Container
  readonly #options: ContainerRunOptions
  readonly #stopping = new AbortController()
  #state: ContainerState = NEW_CONTAINER
  #running: RunningContainer | undefined
  #ended: Promise<void> | undefined
  #graceMs = 0

  constructor(options: ContainerRunOptions) {
    this.container = options.container
    this.#options = options
  }

  get state(): ContainerState {
    return this.#state
  }

  /** Where a port of the container is reached while it runs. */
  address(port: number): string | undefined {
    return this.#running?.address(port)
  }

  /** Tells what keeps it from being started. */
  waitFor(what: 'nodes' | 'room' | 'start'): void {
    this.#on({ type: 'waited', for: what })
  }

  /** Tells that it cannot be started at all. */
  fail(): void {
    this.#on({ type: 'start-failed', because: 'command' })
  }

  start(request: ContainerRequest): void {
    this.#ended ??= this.#keepRunning(request)
  }

  /** From now on it is as it is: not asked any more, and not started again. */
  retire(): void {
    this.#on({ type: 'stop-requested' })
    this.#stopping.abort()
  }

  /** Ends it for good. Resolves when its process is gone. */
  async stop(graceMs: number): Promise<void> {
    this.#graceMs = graceMs
    this.retire()
    await this.#running?.stop(graceMs)
    await this.#ended
  }

  async #keepRunning(request: ContainerRequest): Promise<void> {
    const { timing, now } = this.#options
    const { signal } = this.#stopping
    let pauseMs = timing.restartMs
    while (!signal.aborted) {
      const begunAt = now().getTime()
      request.log.startRun()
      await this.#runOnce(request)
      if (now().getTime() - begunAt >= timing.steadyMs) pauseMs = timing.restartMs
      await pause(pauseMs, signal)
      pauseMs = Math.min(pauseMs * 2, timing.mostRestartMs)
    }
  }

  /** One run, from its start to its end. */
  async #runOnce(request: ContainerRequest): Promise<void> {
    const { runner, now } = this.#options
    const over = new AbortController()
    try {
      const running = await runner.start(request)
      this.#running = running
      this.#on({ type: 'started', at: now().toISOString() })
      if (this.#stopping.signal.aborted) await running.stop(this.#graceMs)
      void this.#watchReadiness(running, over.signal)
      void this.#watchSteadiness(over.signal)
      void this.#watchLiveness(running, over.signal)
      const code = await running.exited
      this.#on({ type: running.outOfMemory?.() === true ? 'out-of-memory' : 'exited', code })
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      request.log.write('stderr', `${message}\n`)
      const because = error instanceof ContainerStartError ? error.because : 'command'
      this.#on({ type: 'start-failed', because })
    } finally {
      over.abort()
      this.#running = undefined
    }
  }

  async #watchReadiness(running: RunningContainer, over: AbortSignal): Promise<void> {
    const { readinessProbe } = this.container
    const { timing } = this.#options
    if (readinessProbe === undefined) {
      await pause(timing.settleMs, over)
      if (!over.aborted) this.#on({ type: 'ready' })
      return
    }
    const { port, path, periodSeconds, failureThreshold } = readinessProbe
    let failures = 0
    let wasReady = false
    while (!over.aborted) {
      const isReady = await probe(running.address(port) ?? '', path)
      if (over.aborted) return
      // Nobody waits for a container that is to end; but one that drains waits for a probe that sees it.
      if (this.#stopping.signal.aborted) {
        await pause(timing.firstProbesMs, over)
        continue
      }
      failures = isReady ? 0 : failures + 1
      if (isReady && this.#state.status !== 'READY') this.#on({ type: 'ready' })
      if (!isReady && (!wasReady || failures >= failureThreshold)) {
        this.#on({ type: 'probe-failed', path, port })
      }
      wasReady ||= isReady
      const pauseMs = wasReady ? periodSeconds * 1000 : timing.firstProbesMs
      await pause(pauseMs, AbortSignal.any([over, this.#stopping.signal]))
    }
  }

  async #watchSteadiness(over: AbortSignal): Promise<void> {
    await pause(this.#options.timing.steadyMs, over)
    if (!over.aborted) this.#on({ type: 'steady' })
  }

  /** A container that is alive but does not answer is ended, and so started again. */
  async #watchLiveness(running: RunningContainer, over: AbortSignal): Promise<void> {
    const { livenessProbe } = this.container
    if (livenessProbe === undefined) return
    const { port, path, periodSeconds, failureThreshold } = livenessProbe
    let failures = 0
    while (!over.aborted) {
      await pause(periodSeconds * 1000, over)
      if (over.aborted) return
      failures = (await probe(running.address(port) ?? '', path)) ? 0 : failures + 1
      if (failures >= failureThreshold) return running.stop(this.#options.timing.graceMs)
    }
  }

  /** Takes an event in; one that means nothing any more is left alone. */
  #on(event: ContainerEvent): void {
    const next = applyEvent(this.#state, event)
    if (next === undefined || next === this.#state) return
    this.#state = next
    this.#options.onChange()
  }
}
