import { openSync } from 'node:fs'
import {
  createInterface,
  clearScreenDown,
  cursorTo,
  type Interface,
  moveCursor,
} from 'node:readline'
import { ReadStream, WriteStream } from 'node:tty'
import type { CellLanguage, Completion } from '../kernel.ts'

/** What the terminal asks of its kernel. */
export interface ReplActions {
  /** Starts it; `evaluationEnded()` follows. */
  run(source: string, language: CellLanguage): void
  isIncomplete(source: string): Promise<boolean>
  interrupt(): void
  complete(line: string, offset: number): Promise<Completion>
  onLine(line: string): void
  /** The terminal reads again. */
  onDrain(): void
}

const PROMPT = '> '
const CONTINUED = '... '
const BACKLOG_BYTES = 1024 * 1024
const HELP = `Type TypeScript; it shares its variables with the notebook's cells.
  .sql SELECT …   run SQL; its rows stay in _sql
  .break          forget the lines typed so far (Ctrl-C does, too)
  .clear          clear the screen
  .help           this text
Ctrl-C interrupts what was started here. The kernel ends in the notebook, or by process.exit().
`

/** The line editor of a kernel's terminal. It lives in the driver, so that it answers while main is busy. */
export class Repl {
  readonly #actions: ReplActions
  readonly #input = new ReadStream(ownTerminal('r'))
  readonly #output = new WriteStream(ownTerminal('w'))
  readonly #write: (text: string) => boolean
  readonly #typedAhead: string[] = []
  #history: string[]
  #interface: Interface | undefined
  #buffer = ''
  #isEvaluating = false
  #isMuted = false
  #isCancelled = false
  #question: ((answer: string) => void) | undefined
  #endsLine = true

  constructor(actions: ReplActions, history: readonly string[]) {
    this.#actions = actions
    this.#history = [...history]
    // The terminal is gone when its server is; the driver hears that by its socket.
    this.#input.on('error', () => undefined)
    this.#output.on('error', () => undefined)
    // A terminal that is not read must not block this thread: it hears interrupts.
    const { _handle: handle } = this.#output as unknown as {
      readonly _handle: { setBlocking(isBlocking: boolean): void }
    }
    handle.setBlocking(false)
    this.#output.on('drain', () => actions.onDrain())
    this.#write = this.#output.write.bind(this.#output)
    // The editor echoes through this; what is said goes by #write.
    this.#output.write = (text: string | Uint8Array) =>
      this.#isMuted ? true : this.#write(String(text))
  }

  start(): void {
    this.#write(
      `spcs kernel, Node ${process.versions.node}: TypeScript, and .sql; .help says more\n`,
    )
    this.#open()
    this.#prompt()
  }

  /** Prints above the line that is being typed. */
  print(text: string): void {
    if (text === '') return
    const isTyping = this.#interface !== undefined && !this.#isEvaluating
    if (isTyping) this.#eraseLine()
    this.#write(text)
    this.#endsLine = text.endsWith('\n')
    if (isTyping) this.#redraw()
  }

  /** True while the terminal reads more slowly than we print. */
  get isBackedUp(): boolean {
    return this.#output.writableLength > BACKLOG_BYTES
  }

  evaluationEnded(): void {
    this.#isEvaluating = false
    const next = this.#typedAhead.shift()
    if (next === undefined) this.#prompt()
    else void this.#onLine(next)
  }

  ask(prompt: string, isPassword: boolean): Promise<string> {
    this.print(prompt)
    this.#isMuted = isPassword
    return new Promise((resolve) => {
      this.#question = (answer) => {
        if (isPassword) this.#write('\n')
        this.#isMuted = false
        this.#endsLine = true
        resolve(answer)
      }
    })
  }

  /** Main's stdout follows the terminal by itself; this thread's has to look. */
  resized(): void {
    const output = this.#output as WriteStream & { _refreshSize(): void }
    // oxlint-disable-next-line no-underscore-dangle -- Node has no other name for it
    output._refreshSize()
  }

  #open(): void {
    const editor = createInterface({
      input: this.#input,
      output: this.#output,
      terminal: true,
      prompt: PROMPT,
      history: this.#history,
      historySize: 1000,
      removeHistoryDuplicates: true,
      tabSize: 2,
      completer: (line: string, done: Completed) => {
        void this.#complete(line, done)
      },
    })
    this.#interface = editor
    editor.on('history', (history) => {
      this.#history = history
    })
    editor.on('line', (line) => void this.#onLine(line))
    editor.on('SIGINT', () => this.#onInterrupt())
    // Ctrl-D on an empty line closes the editor, and the kernel is not the terminal's to end.
    editor.on('close', () => {
      if (this.#input.readableEnded || this.#input.destroyed) return // the terminal itself has gone
      this.#write('\nThe kernel stays. End it in the notebook, or by process.exit()\n')
      this.#open()
      if (!this.#isEvaluating) this.#prompt()
    })
  }

  async #onLine(line: string): Promise<void> {
    const answer = this.#question
    if (answer !== undefined) {
      this.#question = undefined
      answer(line)
      return
    }
    if (this.#isEvaluating) {
      this.#typedAhead.push(line)
      return
    }
    if (line.trim() !== '') this.#actions.onLine(line)
    if (this.#buffer === '' && /^\s*\.[a-z]+\b/.test(line)) {
      this.#command(line.trim())
      return
    }
    const source = this.#buffer === '' ? line : `${this.#buffer}\n${line}`
    if (source.trim() === '') {
      this.#prompt()
      return
    }
    this.#isEvaluating = true // lines that come while we look are kept
    this.#isCancelled = false
    const isIncomplete = await this.#actions.isIncomplete(source)
    if (this.#isCancelled) {
      this.#buffer = ''
      this.evaluationEnded()
      return
    }
    if (isIncomplete) {
      this.#buffer = source
      this.evaluationEnded()
      return
    }
    this.#run(source, 'typescript')
  }

  #command(line: string): void {
    const [, name = '', rest = ''] = /^\.([a-z]+)\s*([\s\S]*)$/.exec(line) ?? []
    if (name === 'sql' && rest !== '') {
      this.#run(rest, 'sql')
      return
    }
    if (name === 'clear') this.#write('\u001B[2J\u001B[H')
    else if (name === 'help') this.#write(HELP)
    else if (name === 'exit') this.#write('End the kernel in the notebook, or by process.exit()\n')
    else if (name !== 'break') this.#write(`There is no .${name}; .help says what there is\n`)
    this.#prompt()
  }

  #run(source: string, language: CellLanguage): void {
    this.#buffer = ''
    this.#isEvaluating = true
    this.#endsLine = true
    this.#actions.run(source, language)
  }

  #onInterrupt(): void {
    if (this.#isEvaluating) {
      this.#typedAhead.length = 0
      this.#question = undefined
      this.#isMuted = false
      this.#write('^C\n')
      this.#isCancelled = true // what is not running yet
      this.#actions.interrupt()
      return
    }
    this.#buffer = ''
    this.#interface?.write(null, { ctrl: true, name: 'e' })
    this.#interface?.write(null, { ctrl: true, name: 'u' })
    this.#write('^C\n')
    this.#prompt()
  }

  #prompt(): void {
    if (!this.#endsLine) this.#write('\n')
    this.#endsLine = true
    this.#interface?.setPrompt(this.#buffer === '' ? PROMPT : CONTINUED)
    this.#interface?.prompt(true) // what was typed ahead stays as it is, cursor and all
  }

  #eraseLine(): void {
    const { rows } = this.#interface?.getCursorPos() ?? { rows: 0 }
    moveCursor(this.#output, 0, -rows)
    cursorTo(this.#output, 0)
    clearScreenDown(this.#output)
  }

  #redraw(): void {
    if (!this.#endsLine) this.#write('\n')
    this.#endsLine = true
    this.#interface?.prompt(true)
  }

  async #complete(line: string, done: Completed): Promise<void> {
    const { from, items } = await this.#actions
      .complete(line, line.length)
      .catch(() => ({ from: line.length, items: [] }))
    done(null, [items.map(({ label }) => label), line.slice(from)])
  }
}

/**
 * The terminal, opened once more. Whoever starts a child process with inherited streams makes 0, 1 and 2 blocking for
 * all that share them, and this thread must never block.
 */
function ownTerminal(flags: 'r' | 'w'): number {
  try {
    return openSync('/dev/tty', flags)
  } catch {
    return flags === 'r' ? 0 : 1
  }
}

type Completed = (error: Error | null, result: [string[], string]) => void
