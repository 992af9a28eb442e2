import headless from '@xterm/headless'
import { describe, expect, test, vi } from 'vitest'
import type { KernelTerminal } from '../kernel/kernel.ts'
import {
  FEW_UNACKNOWLEDGED,
  LARGEST_FRAME,
  MOST_UNACKNOWLEDGED,
  SharedTerminal,
  type Viewer,
} from './shared-terminal.ts'

/** A program behind a terminal, as far as it can be seen from here. */
class Program implements KernelTerminal {
  readonly typed: string[] = []
  readonly sizes: [number, number][] = []
  isPaused = false
  #listener: ((data: Buffer) => void) | undefined

  print(text: string | Buffer): void {
    this.#listener?.(Buffer.from(text))
  }
  write(data: Buffer | string): void {
    this.typed.push(data.toString())
  }
  resize(columns: number, rows: number): void {
    this.sizes.push([columns, rows])
  }
  onData(listener: (data: Buffer) => void): () => void {
    this.#listener = listener
    return () => (this.#listener = undefined)
  }
  pause(): void {
    this.isPaused = true
  }
  resume(): void {
    this.isPaused = false
  }
}

class Page implements Viewer {
  readonly frames: Buffer[] = []
  readonly told: string[] = []
  onData(bytes: Buffer): void {
    this.frames.push(Buffer.from(bytes))
  }
  onAttached(columns: number, rows: number): void {
    this.told.push(`attached ${columns}x${rows}`)
  }
  onEnded(reason: string): void {
    this.told.push(`ended: ${reason}`)
  }
  onTooSlow(): void {
    this.told.push('too slow')
  }
  get text(): string {
    return Buffer.concat(this.frames).toString()
  }
}

/** What a terminal shows that was given these bytes. */
async function screenOf(bytes: Buffer, columns = 80, rows = 24): Promise<string[]> {
  const terminal = new headless.Terminal({ cols: columns, rows, allowProposedApi: true })
  await new Promise<void>((resolve) => terminal.write(bytes, resolve))
  const lines: string[] = []
  for (let row = 0; row < rows; row++) {
    lines.push(terminal.buffer.active.getLine(row)?.translateToString(true) ?? '')
  }
  return [...lines, `cursor ${terminal.buffer.active.cursorX},${terminal.buffer.active.cursorY}`]
}

async function attached(terminal: SharedTerminal, page: Page): Promise<void> {
  await vi.waitUntil(() => page.told.length > 0 && terminal.viewers > 0)
}

describe('SharedTerminal', () => {
  test('shows a page that comes later, or again, the screen as it is', async () => {
    const program = new Program()
    const terminal = new SharedTerminal(program)
    program.print('one\r\ntwo\r\n\u001b[31mred\u001b[0m wörld 😀\r\n$ ')
    const first = new Page()
    const attachment = terminal.attach(first)
    await attached(terminal, first)
    attachment.detach()
    program.print('ls\r\nfile\r\n$ ')
    const second = new Page()
    terminal.attach(second)
    program.print('after')
    await vi.waitUntil(() => second.text.includes('after'))
    expect(await screenOf(Buffer.concat(second.frames))).toEqual(
      await screenOf(
        Buffer.from('one\r\ntwo\r\n\u001b[31mred\u001b[0m wörld 😀\r\n$ ls\r\nfile\r\n$ after'),
      ),
    )
    expect(second.told).toEqual(['attached 80x24'])
    expect(first.text).not.toContain('file')
  })

  test('keeps the alternate screen and modes of full-screen programs', async () => {
    const program = new Program()
    const terminal = new SharedTerminal(program)
    program.print('shell\r\n\u001b[?1049h\u001b[?2004h\u001b[2J\u001b[5;10Heditor')
    const page = new Page()
    terminal.attach(page)
    await attached(terminal, page)
    expect(page.text).toContain('\u001b[?1049h')
    expect(page.text).toContain('\u001b[?2004h')
    const screen = await screenOf(Buffer.concat(page.frames))
    expect(screen[4]).toBe('         editor')
  })

  test('gives every viewer the same bytes, in frames of at most 64 KB', async () => {
    const program = new Program()
    const terminal = new SharedTerminal(program)
    const pages = [new Page(), new Page(), new Page()]
    for (const page of pages) terminal.attach(page)
    for (const page of pages) await attached(terminal, page)
    const text = 'x'.repeat(200_000)
    program.print(text)
    for (let part = 0; part < 100; part++) program.print(`${part},`)
    await vi.waitUntil(() => pages.every((page) => page.text.endsWith('99,')))
    for (const page of pages) {
      expect(page.text.replaceAll(/^.*?(?=x)/g, '').length).toBe(text.length + 290)
      expect(Math.max(...page.frames.map((frame) => frame.length))).toBeLessThanOrEqual(
        LARGEST_FRAME,
      )
      expect(page.frames.length).toBeLessThan(12) // 100 small prints are not 100 frames
    }
  })

  test('pauses the program at 1 MB that a page has not taken in, and resumes it under 256 KB', async () => {
    const program = new Program()
    const terminal = new SharedTerminal(program)
    const [quick, slow] = [new Page(), new Page()]
    const quickly = terminal.attach(quick)
    const slowly = terminal.attach(slow)
    await attached(terminal, slow)
    const chunk = Buffer.alloc(LARGEST_FRAME, 'a')
    let printed = 0
    while (!program.isPaused) {
      program.print(chunk)
      printed += chunk.length
      quickly.received(chunk.length)
      expect(printed).toBeLessThanOrEqual(MOST_UNACKNOWLEDGED + 2 * LARGEST_FRAME)
    }
    expect(printed).toBeGreaterThan(MOST_UNACKNOWLEDGED - LARGEST_FRAME)
    // The mirror takes everything in by itself: what holds the program is the page.
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(program.isPaused).toBe(true)
    slowly.received(printed - FEW_UNACKNOWLEDGED - 1000)
    expect(program.isPaused).toBe(true)
    slowly.received(2000)
    await vi.waitUntil(() => !program.isPaused)
    slowly.detach()
  })

  test('lets go of a page that takes nothing in, so that it holds nobody up', async () => {
    const program = new Program()
    const terminal = new SharedTerminal(program, { patienceMs: 30 })
    const page = new Page()
    terminal.attach(page)
    await attached(terminal, page)
    program.print(Buffer.alloc(MOST_UNACKNOWLEDGED + LARGEST_FRAME, 'a'))
    expect(program.isPaused).toBe(true)
    await vi.waitUntil(() => !program.isPaused)
    expect(page.told).toEqual(['attached 80x24', 'too slow'])
    expect(terminal.viewers).toBe(0)
  })

  test('has the smallest size of its viewers, and types what they type', async () => {
    const program = new Program()
    const terminal = new SharedTerminal(program)
    const one = terminal.attach(new Page())
    const two = terminal.attach(new Page())
    one.resize(120, 40)
    two.resize(100, 50)
    two.detach()
    one.write(Buffer.from('ls\r'))
    two.write(Buffer.from('gone'))
    expect(program.sizes).toEqual([
      [120, 40],
      [100, 40],
      [120, 40],
    ])
    expect(program.typed).toEqual(['ls\r'])
  })

  test('gives a program one answer to a question that several pages answer', () => {
    const program = new Program()
    const terminal = new SharedTerminal(program)
    const [one, two] = [terminal.attach(new Page()), terminal.attach(new Page())]
    const answers = [
      '\u001b[?1;2c',
      '\u001b[12;40R',
      '\u001b[0n',
      '\u001b[?2026;2$y',
      '\u001bP1$r0m\u001b\\',
      '\u001b]10;rgb:ffff/ffff/ffff\u001b\\',
    ]
    for (const answer of answers) {
      two.write(Buffer.from(answer))
      one.write(Buffer.from(answer))
    }
    expect(program.typed).toEqual(answers)
    two.write(Buffer.from('\u001b[A')) // a key: from now on the second answers
    two.write(Buffer.from('\u001b[?1;2c'))
    one.write(Buffer.from('\u001b[?1;2c'))
    expect(program.typed.slice(answers.length)).toEqual(['\u001b[A', '\u001b[?1;2c'])
    two.detach()
    one.write(Buffer.from('\u001b[0n'))
    expect(program.typed.at(-1)).toBe('\u001b[0n')
  })

  test('tells the end after the last bytes, also to who was about to come', async () => {
    const program = new Program()
    const terminal = new SharedTerminal(program)
    const [here, coming] = [new Page(), new Page()]
    terminal.attach(here)
    await attached(terminal, here)
    program.print('last words')
    terminal.attach(coming)
    terminal.end('shell exited with 0')
    await vi.waitUntil(() => coming.told.length === 2)
    for (const page of [here, coming]) {
      expect(page.text).toContain('last words')
      expect(page.told).toEqual(['attached 80x24', 'ended: shell exited with 0'])
    }
  })
})
