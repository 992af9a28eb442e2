import { readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import type { ExecutionRequest } from '../kernel/kernel.ts'
import { emptyCell } from '../notebook/apply-operation.ts'
import { parseNotebook, printNotebook } from '../notebook/ipynb.ts'
import type { Cell, Notebook } from '../notebook/notebook.ts'
import { FakeKernel } from '../notebook/testing/fake-kernel.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { runNotebook, type RunNotebookOptions, type RunResult } from './run-notebook.ts'

/** A kernel that does with each cell what the cell says: fail, hang, ask, die, or print it. */
class ObedientKernel extends FakeKernel {
  override execute(request: ExecutionRequest): void {
    super.execute(request)
    const { source, executionId } = request
    queueMicrotask(() => {
      this.start(request)
      if (source === 'hang') return
      if (source === 'die') {
        this.finish(request, 'lost')
        this.emit({ type: 'status', status: 'ended', reason: 'it was killed' })
      } else if (source === 'ask') {
        this.emit({
          type: 'input-requested',
          executionId,
          inputId: 'i',
          prompt: 'Name?',
          isPassword: false,
        })
      } else if (source === 'fail') {
        const message = 'bad'
        this.emit({ type: 'error', executionId, name: 'Error', message, traceback: ['t'] })
        this.finish(request, 'error')
      } else {
        this.print(request, `${source}\n`)
        this.finish(request)
      }
    })
  }

  override interrupt(executionId?: string): void {
    const request = this.requests.find((each) => each.executionId === executionId)
    if (request !== undefined) this.finish(request, 'interrupted')
  }
}

function code(id: string, source: string, more: Partial<Cell> = {}): Cell {
  return { ...emptyCell(id, 'typescript', source), ...more }
}

async function run(
  cells: readonly Cell[],
  options: Partial<RunNotebookOptions> = {},
): Promise<RunResult & { readonly file: string; readonly book: Notebook }> {
  const file = join(temporaryFolder(), 'a.ipynb')
  await writeFile(file, printNotebook({ notebook: { cells, metadata: {} }, besides: {} }))
  const start = (): Promise<ObedientKernel> => Promise.resolve(new ObedientKernel())
  const result = await runNotebook({ file, start, ...options })
  const book = parseNotebook(await readFile(result.written, 'utf8')).notebook
  return { ...result, file, book }
}

const OLD = { outputs: [{ type: 'stream', name: 'stdout', text: 'old', omitted: 0 }] } as const

describe('runNotebook()', () => {
  test('runs code in order and writes outputs, numbers and times into the file', async () => {
    const texts: string[] = []
    const skipped: unknown[] = []
    const { book, cells, failure, written, file } = await run(
      [
        emptyCell('m', 'markdown', '# Title'),
        code('a', '\n one'),
        code('b', 'two'),
        code('c', ' '),
        { ...emptyCell('p', 'raw', 'x'), language: 'python', metadata: { language: 'python' } },
      ],
      {
        listener: {
          onText: (name, text) => texts.push(`${name} ${text}`),
          onSkipped: (foreign) => skipped.push(...foreign.map(({ id }) => id)),
        },
      },
    )
    expect(failure).toBeUndefined()
    expect(written).toBe(file)
    expect(skipped).toEqual(['p'])
    expect(texts).toEqual(['stdout \n one\n', 'stdout two\n'])
    expect(cells).toMatchObject([
      { id: 'a', number: 1, count: 2, title: 'one', status: 'ok', executionCount: 1 },
      { id: 'b', number: 2, status: 'ok' },
    ])
    expect(book.cells[2]).toMatchObject({
      executionCount: 2,
      outputs: [{ type: 'stream', text: 'two\n' }],
      metadata: {
        execution: {
          'iopub.execute_input': expect.any(String),
          'shell.execute_reply': expect.any(String),
        },
      },
    })
  })

  test('stops at the first error; what follows has no outputs of an earlier run', async () => {
    const { book, cells, failure } = await run([code('a', 'fail'), code('b', 'two', OLD)])
    expect(failure).toMatchObject({ code: 'CELL_FAILED', message: expect.stringMatching(/1 of 2/) })
    expect(cells).toHaveLength(1)
    expect(cells[0]?.error).toEqual({ name: 'Error', message: 'bad', traceback: ['t'] })
    expect(book.cells.map(({ outputs }) => outputs.length)).toEqual([1, 0])
  })

  test('goes on after an error that is allowed, by an option or by the tag of the cell', async () => {
    const failing = [code('a', 'fail'), code('b', 'two')]
    expect((await run(failing, { allowErrors: true })).cells).toHaveLength(2)
    const tagged = code('a', 'fail', { metadata: { tags: ['raises-exception'] } })
    const { cells, failure } = await run([tagged, code('b', 'two')])
    expect(cells.map(({ status }) => status)).toEqual(['error', 'ok'])
    expect(failure).toBeUndefined()
  })

  test('nobody answers a question: the cell says so and the run ends', async () => {
    const { book, failure } = await run([code('a', 'ask')])
    expect(failure).toMatchObject({
      code: 'INPUT_UNAVAILABLE',
      message: expect.stringMatching(/Name\?/),
    })
    expect(book.cells[0]?.outputs).toMatchObject([{ type: 'error', message: failure?.message }])
  })

  test('a cell that takes too long is interrupted', async () => {
    const { book, failure } = await run([code('a', 'hang')], { timeoutMs: 5 })
    expect(failure?.code).toBe('CELL_TIMED_OUT')
    expect(book.cells[0]?.outputs).toMatchObject([{ type: 'error' }])
  })

  test('an interruption ends the running cell, and what ran is in the file', async () => {
    const stop = new AbortController()
    const { book, failure } = await run([code('a', 'one'), code('b', 'hang'), code('c', 'x')], {
      signal: stop.signal,
      listener: { onCellStarted: ({ id }) => id === 'b' && setImmediate(() => stop.abort()) },
    })
    expect(failure?.code).toBe('RUN_INTERRUPTED')
    expect(book.cells.map(({ outputs }) => outputs.length)).toEqual([1, 1, 0])
  })

  test('an interruption does not wait for a kernel that does not come', async () => {
    const stop = new AbortController()
    const { failure, cells } = await run([code('a', 'one')], {
      signal: stop.signal,
      start: () => {
        setImmediate(() => stop.abort())
        return new Promise(() => undefined)
      },
    })
    expect(failure?.code).toBe('RUN_INTERRUPTED')
    expect(cells).toMatchObject([{ status: 'interrupted', executionCount: null }])
  })

  test('a kernel that ends under a cell ends the run, whatever is allowed', async () => {
    const { failure } = await run([code('a', 'die'), code('b', 'x')], { allowErrors: true })
    expect(failure?.code).toBe('KERNEL_LOST')
  })

  test('a kernel that does not start is the error of the first cell', async () => {
    const start = (): Promise<never> => Promise.reject(new Error('no room'))
    const { failure, book } = await run([code('a', 'one')], { start })
    expect(failure?.message).toContain('no room')
    expect(book.cells[0]?.outputs).toMatchObject([{ type: 'error', message: 'no room' }])
  })

  test('leaves the input alone where the output is another file', async () => {
    const output = join(temporaryFolder(), 'out.ipynb')
    const { file, written, book } = await run([code('a', 'one')], { output })
    expect(written).toBe(output)
    expect(book.cells[0]?.outputs).toHaveLength(1)
    expect(parseNotebook(await readFile(file, 'utf8')).notebook.cells[0]?.outputs).toEqual([])
  })

  test('writes what ran so far while it runs: a run that is killed leaves that', async () => {
    const stop = new AbortController()
    const output = join(temporaryFolder(), 'out.ipynb')
    const running = run([code('a', 'one'), code('b', 'hang')], {
      output,
      keepMs: 1,
      signal: stop.signal,
    })
    await vi.waitFor(async () => {
      const { cells } = parseNotebook(await readFile(output, 'utf8')).notebook
      expect(cells.map(({ outputs }) => outputs.length)).toEqual([1, 0])
    })
    stop.abort()
    expect((await running).failure?.code).toBe('RUN_INTERRUPTED')
  })

  test('what somebody else writes while it runs stays: all that ran goes beside it', async () => {
    const stop = new AbortController()
    const problems: Error[] = []
    let path = ''
    const running = run([code('a', 'one'), code('b', 'hang')], {
      keepMs: 1,
      signal: stop.signal,
      listener: { onChanged: (problem) => problems.push(problem) },
      start: async ({ file = '' }) => {
        path = file
        await writeFile(file, 'theirs')
        return new ObedientKernel()
      },
    })
    const beside = (): string => path.replace('a.ipynb', 'a-run.ipynb')
    await vi.waitFor(() => readFile(beside(), 'utf8'))
    stop.abort()
    const { failure, written, book } = await running
    expect(failure?.code).toBe('RUN_INTERRUPTED')
    expect(problems).toMatchObject([
      { code: 'NOTEBOOK_CHANGED', hint: `Take the outputs from "${beside()}"` },
    ])
    expect(written).toBe(beside())
    expect(await readFile(path, 'utf8')).toBe('theirs')
    expect(book.cells.map(({ outputs }) => outputs.length)).toEqual([1, 1])
    expect(await readdir(dirname(path))).toEqual(['a-run.ipynb', 'a.ipynb'])
  })

  test('does not write over what somebody else wrote meanwhile', async () => {
    let path = ''
    const { failure, written, book } = await run([code('a', 'one')], {
      start: async ({ file = '' }) => {
        path = file
        await writeFile(file, 'theirs')
        return new ObedientKernel()
      },
    })
    expect(failure?.code).toBe('NOTEBOOK_CHANGED')
    expect(await readFile(path, 'utf8')).toBe('theirs')
    expect(written).toBe(path.replace('a.ipynb', 'a-run.ipynb'))
    expect(book.cells[0]?.outputs).toHaveLength(1)
  })

  test('a notebook without code has run; one whose code is all in other languages has not', async () => {
    const text = emptyCell('m', 'markdown', '# Title')
    expect((await run([text])).failure).toBeUndefined()
    const metadata = { language: 'python' }
    const python = { ...emptyCell('p', 'raw', 'x'), language: 'python', metadata }
    await expect(run([text, python])).rejects.toMatchObject({
      code: 'NOTHING_TO_RUN',
      message: expect.stringContaining('Python'),
    })
  })

  test('a file that is none is refused before anything starts', async () => {
    const file = join(temporaryFolder(), 'a.ipynb')
    await expect(runNotebook({ file })).rejects.toMatchObject({ code: 'NOTEBOOK_NOT_FOUND' })
    await writeFile(file, '{"nbformat": 4')
    await expect(runNotebook({ file })).rejects.toMatchObject({ code: 'NOTEBOOK_INVALID' })
    expect(await readFile(file, 'utf8')).toBe('{"nbformat": 4')
  })
})
