import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { NotebookError } from './errors.ts'
import { parseNotebook, printNotebook } from './ipynb.ts'
import type { JsonObject, JsonValue } from './notebook.ts'
import { json, metadata, notebook } from './testing/arbitraries.ts'
import { faultsOf } from './testing/nbformat-schema.ts'

const PYTHON = {
  kernelspec: { display_name: 'Python 3', language: 'python', name: 'python3' },
  language_info: {
    codemirror_mode: { name: 'ipython', version: 3 },
    name: 'python',
    version: '3.12.1',
  },
}

const TYPESCRIPT_CELL: JsonObject = { kind: 'typescript', source: 'x' }

/** Files of every version of the format 4, with what each of them brought. */
const FILES: readonly (readonly [string, JsonObject])[] = [
  [
    '4.0: no ids, collapsed and scrolled outputs, raw cells with a format',
    fileOf(0, [
      code('print(1)', {
        metadata: { collapsed: false, scrolled: 'auto', trusted: true },
        execution_count: 3,
        outputs: [
          { output_type: 'stream', name: 'stdout', text: ['1\n', '2'] },
          { output_type: 'stream', name: 'elsewhere', text: '3' },
          {
            output_type: 'execute_result',
            execution_count: 3,
            data: { 'text/plain': ['a\n', 'b'], 'image/png': 'iVBORw0KGgo=\n' },
            metadata: { 'image/png': { width: 3 } },
          },
          {
            output_type: 'error',
            ename: 'E',
            evalue: 'bad',
            traceback: ['\u001b[31ma', 'b\u001b[0m'],
          },
        ],
      }),
      {
        cell_type: 'raw',
        metadata: { format: 'text/restructuredtext', name: 'r' },
        source: ['*a*\n', 'b'],
      },
      { cell_type: 'markdown', metadata: {}, source: '# Ünïcode 🎈\u2028' },
    ]),
  ],
  [
    '4.1: attachments',
    fileOf(1, [
      {
        cell_type: 'markdown',
        metadata: { tags: ['a', 'b'] },
        source: '![x](attachment:x.png)',
        attachments: { 'x.png': { 'image/png': 'iVBORw0KGgo=' } },
      },
      { cell_type: 'raw', metadata: {}, source: '', attachments: {} },
    ]),
  ],
  [
    '4.2: JSON in outputs',
    fileOf(2, [
      code('x', {
        outputs: [
          {
            output_type: 'display_data',
            metadata: { 'application/json': { expanded: true } },
            data: {
              'application/json': ['a', { b: null }],
              'application/vnd.plotly.v1+json': { data: [], layout: {} },
              'application/vnd.x+json': ['text', 'of', 'lines'],
              'text/html': ['<b>', 'x</b>'],
            },
          },
        ],
      }),
    ]),
  ],
  [
    '4.3: jupyter and execution metadata',
    fileOf(3, [
      code('x', {
        metadata: {
          jupyter: { source_hidden: true, outputs_hidden: false },
          execution: {
            'iopub.execute_input': '2024-01-01T00:00:00.000000Z',
            'shell.execute_reply': '2024-01-01T00:00:01.000000Z',
          },
        },
        execution_count: 0,
      }),
    ]),
  ],
  [
    '4.4: title and authors, output keys that are not known',
    {
      ...fileOf(4, [
        code('x', {
          outputs: [
            { output_type: 'stream', name: 'stderr', text: 'a', metadata: { tags: ['t'] } },
            {
              output_type: 'display_data',
              data: {},
              metadata: {},
              transient: { display_id: 'd' },
              execution_state: 'idle',
            },
          ],
        }),
      ]),
      metadata: { ...PYTHON, title: 'T', authors: [{ name: 'a' }], toc: { base_numbering: 1 } },
    },
  ],
  [
    '4.5: ids',
    fileOf(5, [
      code('x', { id: 'a-_Z9', future: [1] }),
      { cell_type: 'markdown', id: 'b', metadata: { deep: { er: [null, 1.5] } }, source: [] },
    ]),
  ],
]

describe('a file of any version', () => {
  test.each(FILES)('%s', (_, written) => {
    for (const text of [
      JSON.stringify(written),
      `\uFEFF${JSON.stringify(written, null, 2).replaceAll('\n', '\r\n')}`,
    ]) {
      const printed = printNotebook(parseNotebook(text))
      const again = JSON.parse(printed) as JsonObject
      expect(faultsOf(again)).toEqual([])
      expect(asWritten(again)).toEqual(asWritten(written))
      expect(printNotebook(parseNotebook(printed))).toBe(printed)
    }
  })

  test('3.0: worksheets, headings, prompts, pyout and pyerr become what nbformat makes of them', () => {
    const written: JsonObject = {
      metadata: { name: 'old', signature: 'sha256:0', theme: 'dark' },
      nbformat: 3,
      nbformat_minor: 0,
      worksheets: [
        {
          metadata: { sheet: 1 },
          cells: [
            {
              cell_type: 'heading',
              level: 3,
              metadata: { slide: true },
              source: ['Two\n', 'lines'],
            },
            {
              cell_type: 'code',
              collapsed: true,
              input: ['1 +\n', '1'],
              language: 'python',
              metadata: { kept: 1 },
              prompt_number: 7,
              outputs: [
                { output_type: 'stream', stream: 'stderr', text: 'hi' },
                {
                  output_type: 'pyout',
                  prompt_number: 7,
                  text: ['2'],
                  metadata: { png: { w: 1 } },
                },
                { output_type: 'display_data', json: '{"a":1}', latex: '$x$', metadata: {} },
                { output_type: 'pyerr', ename: 'E', evalue: 'bad', traceback: ['t'] },
              ],
            },
          ],
        },
        {
          cells: [
            { cell_type: 'html', source: '<b>x</b>' },
            {
              cell_type: 'code',
              collapsed: false,
              input: 'ls()',
              language: 'r',
              metadata: {},
              outputs: [],
            },
            { cell_type: 'code', input: 'x', language: 'python', outputs: [] },
          ],
        },
      ],
    }
    const printed = JSON.parse(printNotebook(parseNotebook(JSON.stringify(written)))) as JsonObject
    expect(faultsOf(printed)).toEqual([])
    expect(printed['metadata']).toEqual({
      language_info: { name: 'python' },
      theme: 'dark',
      worksheets: [{ sheet: 1 }, {}],
      orig_nbformat: 3,
      orig_nbformat_minor: 0,
    })
    expect(asWritten(printed)['cells']).toEqual(
      asWritten({
        cells: [
          { cell_type: 'markdown', metadata: { slide: true }, source: '### Two lines' },
          code('1 +\n1', {
            metadata: { kept: 1, collapsed: true },
            execution_count: 7,
            outputs: [
              { output_type: 'stream', name: 'stderr', text: 'hi' },
              {
                output_type: 'execute_result',
                execution_count: 7,
                data: { 'text/plain': '2' },
                metadata: { 'image/png': { w: 1 } },
              },
              {
                output_type: 'display_data',
                data: { 'application/json': { a: 1 }, 'text/latex': '$x$' },
                metadata: {},
              },
              { output_type: 'error', ename: 'E', evalue: 'bad', traceback: ['t'] },
            ],
          }),
          { cell_type: 'markdown', metadata: {}, source: '<b>x</b>' },
          code('ls()', { metadata: { collapsed: false, language: 'r' } }),
          code('x'),
        ],
      })['cells'],
    )
  })

  test('whatever a notebook is, its file is one by the rules of nbformat 4.5', () => {
    fc.assert(
      fc.property(notebook, metadata, ({ cells }, besides) => {
        const file = JSON.parse(printNotebook({ notebook: { cells, metadata: PYTHON }, besides }))
        // Attachments and metadata are whatever comes: only what we print ourselves is judged.
        const judged = faultsOf(file).filter((fault) => !/attachments|metadata|\.data/.test(fault))
        expect(judged).toEqual([])
      }),
    )
  })

  test('whatever is in the place of something else is refused by its place, or comes back', () => {
    const change = fc.tuple(fc.nat(60), json)
    fc.assert(
      fc.property(
        fc.constantFrom(...FILES),
        fc.array(change, { maxLength: 2 }),
        ([, file], all) => {
          const changed = all.reduce<JsonValue>((whole, [at, value]) => put(whole, at, value), file)
          const parsed = attempt(() => parseNotebook(JSON.stringify(changed)))
          if (parsed instanceof Error) return parsed instanceof NotebookError
          expect(parseNotebook(printNotebook(parsed))).toEqual(parsed)
          return true
        },
      ),
      { numRuns: 500 },
    )
  })

  test('a newer minor version stays what it is', () => {
    const printed = printNotebook(parseNotebook(JSON.stringify(fileOf(6, [code('x')]))))
    expect(JSON.parse(printed)).toMatchObject({ nbformat: 4, nbformat_minor: 6 })
  })

  test('a text of 20 MB, in one line and in many', () => {
    for (const text of ['x'.repeat(20_000_000), 'x\n'.repeat(200_000)]) {
      const outputs = [{ output_type: 'stream', name: 'stdout', text }]
      const parsed = parseNotebook(JSON.stringify(fileOf(5, [code('x', { id: 'a', outputs })])))
      expect(parseNotebook(printNotebook(parsed))).toEqual(parsed)
    }
  })
})

describe('cells of other languages', () => {
  test.each<[string, JsonObject, JsonObject, string, JsonObject]>([
    ['Python', PYTHON, {}, 'x = 1', { kind: 'raw', language: 'python', source: 'x = 1' }],
    [
      "Python's %%sql",
      PYTHON,
      {},
      '%%sql -r d\nselect 1',
      { kind: 'sql', magic: '%%sql -r d', source: 'select 1' },
    ],
    [
      "Python's %%html",
      PYTHON,
      {},
      '%%html\n<b>',
      { kind: 'raw', language: '%%html', source: '%%html\n<b>' },
    ],
    [
      "Snowflake's SQL",
      { kernelspec: { display_name: 'Streamlit Notebook', name: 'streamlit' } },
      { language: 'sql', name: 'cell1', resultVariableName: 'd', codeCollapsed: true },
      'select 1',
      { kind: 'sql', source: 'select 1' },
    ],
    [
      "Snowflake's Python",
      { kernelspec: { display_name: 'Streamlit Notebook', name: 'streamlit' } },
      { name: 'cell2' },
      'x',
      { kind: 'raw', language: 'python' },
    ],
    ['Deno', { kernelspec: { display_name: 'Deno', name: 'deno' } }, {}, 'x', TYPESCRIPT_CELL],
    ['tslab', { kernelspec: { display_name: 'T', name: 'tslab' } }, {}, 'x', TYPESCRIPT_CELL],
    [
      'ijavascript',
      {
        kernelspec: {
          display_name: 'JavaScript (Node.js)',
          language: 'javascript',
          name: 'javascript',
        },
      },
      {},
      'x',
      TYPESCRIPT_CELL,
    ],
    ['none', {}, {}, 'x', TYPESCRIPT_CELL],
    [
      'TypeScript in a Python notebook',
      PYTHON,
      { spcs: { language: 'typescript' } },
      'x',
      TYPESCRIPT_CELL,
    ],
  ])('%s', (_, ofNotebook, ofCell, source, expected) => {
    const outputs: JsonValue = [{ output_type: 'stream', name: 'stdout', text: ['kept'] }]
    const cell = code(source, { id: 'a', metadata: ofCell, outputs, execution_count: 4 })
    const written = { ...fileOf(5, [cell]), metadata: ofNotebook }
    const parsed = parseNotebook(JSON.stringify(written))
    expect(parsed.notebook.cells[0]).toMatchObject(expected)
    const printed = JSON.parse(printNotebook(parsed)) as JsonObject
    expect(asWritten(printed)).toEqual(asWritten(written))
  })

  test('a new TypeScript cell in a Python notebook says so in its file, and a Python one that is made TypeScript', () => {
    const parsed = parseNotebook(
      JSON.stringify({ ...fileOf(5, [code('x = 1')]), metadata: PYTHON }),
    )
    const [python] = parsed.notebook.cells
    if (python === undefined) throw new Error('no cell')
    const { language: _, ...rest } = python
    const cells = [{ ...rest, kind: 'typescript' as const }]
    const printed = printNotebook({ ...parsed, notebook: { ...parsed.notebook, cells } })
    expect(JSON.parse(printed)).toMatchObject({
      cells: [{ cell_type: 'code', metadata: { spcs: { language: 'typescript' } } }],
    })
    expect(parseNotebook(printed).notebook.cells[0]?.kind).toBe('typescript')
  })
})

function fileOf(minor: number, cells: readonly JsonObject[]): JsonObject {
  return { cells, metadata: PYTHON, nbformat: 4, nbformat_minor: minor, unknown: { kept: true } }
}

function code(source: string, more: JsonObject = {}): JsonObject {
  return { cell_type: 'code', metadata: {}, outputs: [], execution_count: null, source, ...more }
}

/** A file without what may change: the version, names of cells that had none, and how texts are cut into lines. */
function asWritten(file: JsonObject): JsonObject {
  const { nbformat_minor: _, ...rest } = file
  const hasIds = file['nbformat_minor'] === 5
  const cells = (rest['cells'] as readonly JsonObject[]).map(({ id, ...cell }) => {
    const outputs = cell['outputs'] as readonly JsonObject[] | undefined
    return {
      ...(hasIds && ['a-_Z9', 'a', 'b'].includes(id as string) ? { id } : {}),
      ...cell,
      source: joined(cell['source']),
      ...(outputs === undefined ? {} : { outputs: outputs.map(outputAsWritten) }),
    }
  })
  return { ...rest, cells }
}

function outputAsWritten(output: JsonObject): JsonObject {
  const data = output['data'] as JsonObject | undefined
  const entries = Object.entries(data ?? {}).map(([mime, value]): [string, JsonValue] => [
    mime,
    mime.endsWith('json') ? value : joined(value),
  ])
  return {
    ...output,
    ...(data === undefined ? {} : { data: Object.fromEntries(entries) }),
    ...('text' in output ? { text: joined(output['text']) } : {}),
  }
}

/** The value with another one at its n-th place, counted through all that is in it. */
function put(whole: JsonValue, n: number, value: JsonValue): JsonValue {
  let left = n
  const walk = (inner: JsonValue): JsonValue => {
    if (left-- === 0) return value
    if (Array.isArray(inner)) return inner.map(walk)
    if (typeof inner !== 'object' || inner === null) return inner
    return Object.fromEntries(Object.entries(inner).map(([key, each]) => [key, walk(each)]))
  }
  return walk(whole)
}

function attempt<T>(work: () => T): T | Error {
  try {
    return work()
  } catch (error) {
    return error as Error
  }
}

function joined(text: JsonValue | undefined): JsonValue {
  return Array.isArray(text) ? text.join('') : (text ?? '')
}
