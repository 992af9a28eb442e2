import type { Kernel } from '../kernel/kernel.ts'
import { SharedTerminal } from './shared-terminal.ts'

/** The terminal of each kernel, from its first byte on: it is mirrored also while nobody looks. */
export class KernelTerminals {
  readonly #terminals = new WeakMap<Kernel, SharedTerminal>()

  /** Every kernel passes here when it has started. */
  adopt(kernel: Kernel): Kernel {
    const terminal = new SharedTerminal(kernel.terminal)
    this.#terminals.set(kernel, terminal)
    kernel.onEvent((event) => {
      if (event.type === 'status' && event.status === 'ended') {
        terminal.end(event.reason ?? 'kernel ended')
      }
    })
    return kernel
  }

  of(kernel: Kernel): SharedTerminal {
    const terminal = this.#terminals.get(kernel)
    if (terminal === undefined) throw new TypeError('a kernel was not adopted')
    return terminal
  }
}
