import { SerializeAddon } from '@xterm/addon-serialize'
import headless from '@xterm/headless'

const SCROLLBACK = 1000

/** A terminal that nobody looks at: it takes in what a program prints, and can say how the screen is now. */
export class Screen {
  readonly #terminal: InstanceType<typeof headless.Terminal>
  readonly #serializer = new SerializeAddon()

  constructor(columns: number, rows: number) {
    this.#terminal = new headless.Terminal({
      cols: columns,
      rows,
      scrollback: SCROLLBACK,
      allowProposedApi: true, // what the serialize addon reads the buffer with
    })
    this.#terminal.loadAddon(this.#serializer)
  }

  get columns(): number {
    return this.#terminal.cols
  }

  get rows(): number {
    return this.#terminal.rows
  }

  /** @param onParsed Called once everything up to here is on the screen. */
  write(data: Uint8Array, onParsed: () => void): void {
    this.#terminal.write(data, onParsed)
  }

  /**
   * Calls with the bytes that make another terminal look as this one does once all that was written before is
   * on it, and before anything that is written after.
   */
  read(listener: (bytes: Buffer) => void): void {
    this.#terminal.write('', () => listener(Buffer.from(this.#serializer.serialize())))
  }

  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows)
  }

  close(): void {
    this.#terminal.dispose()
  }
}
