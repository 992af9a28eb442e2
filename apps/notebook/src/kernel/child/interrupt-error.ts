/** Thrown into a cell that is to stop. */
export class InterruptError extends Error {
  override readonly name = 'InterruptError'

  constructor() {
    super('Interrupted')
  }
}
