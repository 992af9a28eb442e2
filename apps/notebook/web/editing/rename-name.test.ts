import { EditorState } from '@codemirror/state'
import type { EditorView } from '@codemirror/view'
import { beforeEach, describe, expect, test } from 'vitest'
import { emptyCell } from '../../src/notebook/apply-operation.ts'
import { OpenNotebook } from '../notebook/open-notebook.ts'
import { FakeServer } from '../testing/fake-server.ts'
import { nameAt } from './cell-place.ts'
import { mountedEditors } from './mounted-editors.ts'
import { applyEdits } from './rename-name.ts'

let notebook: OpenNotebook

beforeEach(() => {
  const server = new FakeServer([
    emptyCell('one', 'typescript', 'const limit = 1'),
    emptyCell('two', 'sql', 'SELECT ${limit}, ${limit}'),
  ])
  notebook = new OpenNotebook({
    clientId: 'page',
    open: (events) => server.open(events),
    schedule: (task) => task(),
  })
  notebook.connect()
  const [socket] = server.sockets
  if (socket === undefined) throw new Error('No socket was opened')
  while (server.step(socket, 'to-server') || server.step(socket, 'to-page'));
})

const EDITS = [
  { cellId: 'one', from: 6, to: 11, text: 'most' },
  { cellId: 'two', from: 9, to: 14, text: 'most' },
  { cellId: 'two', from: 19, to: 24, text: 'most' },
]

describe('applyEdits()', () => {
  test('changes texts that no editor shows, each in one step', () => {
    expect(applyEdits(notebook, EDITS, 'limit')).toBe('Renamed in 3 places of 2 cells')
    expect(notebook.sourceOf('one')).toBe('const most = 1')
    expect(notebook.sourceOf('two')).toBe('SELECT ${most}, ${most}')
    notebook.close()
  })

  test('changes a text in its editor where there is one', () => {
    let state = EditorState.create({ doc: notebook.sourceOf('one') })
    const editor = {
      dispatch: (spec: object) => {
        state = state.update(spec).state
      },
    } as unknown as EditorView
    const unmount = mountedEditors(notebook).add('one', editor)
    applyEdits(notebook, EDITS, 'limit')
    expect(state.doc.toString()).toBe('const most = 1')
    // The editor itself tells the notebook.
    expect(notebook.sourceOf('one')).toBe('const limit = 1')
    unmount()
    expect(mountedEditors(notebook).get('one')).toBeUndefined()
    notebook.close()
  })

  test('changes nothing, and says so, when a cell is not what it was', () => {
    const moved = EDITS.map((edit) =>
      edit.cellId === 'two' ? { ...edit, from: edit.from - 1 } : edit,
    )
    expect(applyEdits(notebook, moved, 'limit')).toMatch(/changed meanwhile/)
    expect(notebook.sourceOf('one')).toBe('const limit = 1')
    expect(notebook.store.getState().notice).toMatch(/^Cannot rename "limit"/)
    notebook.close()
  })
})

test.each([
  ['a = größe$1', 4, 'größe$1'],
  ['a = größe$1', 11, 'größe$1'],
  ['a = größe$1', 2, undefined],
  ['x\n  name', 4, 'name'],
  ['', 0, undefined],
])('nameAt(%j, %i) is %s', (doc, offset, name) => {
  expect(nameAt(EditorState.create({ doc }), offset)?.text).toBe(name)
})
