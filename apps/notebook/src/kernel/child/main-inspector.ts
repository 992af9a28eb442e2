import { type Runtime, Session } from 'node:inspector'

/** The driver's own inspector session at the main thread: it hears it while main loops. Never `Runtime.enable`. */
export class MainInspector {
  readonly #session = new Session()

  connect(): void {
    this.#session.connectToMainThread()
  }

  disconnect(): void {
    this.#session.disconnect()
  }

  /** The hard interrupt: ends whatever JavaScript runs there now. Harmless when none does. */
  terminate(): void {
    this.#session.post('Runtime.terminateExecution')
  }

  heapUsedBytes(): Promise<number> {
    return this.#ask<{ readonly usedSize: number }>('Runtime.getHeapUsage', {}).then(
      ({ usedSize }) => usedSize,
    )
  }

  /** Evaluates an expression that must not change anything. */
  evaluate(
    expression: string,
    options: { throwOnSideEffect: boolean; returnByValue?: boolean },
  ): Promise<Runtime.EvaluateReturnType> {
    return this.#ask('Runtime.evaluate', {
      expression,
      timeout: 200,
      silent: true,
      objectGroup: 'driver',
      ...options,
    })
  }

  properties(objectId: string): Promise<Runtime.GetPropertiesReturnType> {
    return this.#ask('Runtime.getProperties', { objectId, ownProperties: false })
  }

  lexicalNames(): Promise<readonly string[]> {
    return this.#ask<Runtime.GlobalLexicalScopeNamesReturnType>(
      'Runtime.globalLexicalScopeNames',
      {},
    ).then(({ names }) => names)
  }

  releaseObjects(): void {
    this.#session.post('Runtime.releaseObjectGroup', { objectGroup: 'driver' })
  }

  #ask<Answer>(method: string, parameters: object): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#session.post(method, parameters, (error: Error | null, answer?: object) => {
        // Errors of the protocol are plain objects.
        if (error === null) resolve(answer as Answer)
        else reject(new Error(error.message))
      })
    })
  }
}
