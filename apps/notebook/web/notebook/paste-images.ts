import type { Cell } from '../../src/notebook/notebook.ts'
import { mountedEditors } from '../editing/mounted-editors.ts'
import type { OpenNotebook } from './open-notebook.ts'

const TYPES = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp'])
/** All attachments of a cell go in one message, as base64. */
const MOST_BYTES = 4_500_000

/** Makes attachments of the images that come with a paste or a drop into a Markdown cell; false when there are none. */
export function pasteImages(notebook: OpenNotebook, cell: Cell, data: DataTransfer): boolean {
  const images = [...data.files].filter(({ type }) => TYPES.has(type))
  if (cell.kind !== 'markdown' || images.length === 0) return false
  void attach(notebook, cell.id, images)
  return true
}

async function attach(
  notebook: OpenNotebook,
  cellId: string,
  images: readonly File[],
): Promise<void> {
  const contents = await Promise.all(images.map(toBase64))
  const cell = notebook.cell(cellId)
  if (cell === undefined) return
  const attachments: Record<string, Cell['metadata'][string]> = { ...cell.attachments }
  const names = images.map(({ name, type }, at) => {
    const own = attachmentName(name, type, Object.keys(attachments))
    attachments[own] = { [type]: contents[at] ?? '' }
    return own
  })
  if (JSON.stringify(attachments).length > (MOST_BYTES * 4) / 3) {
    const notice = `The images of a cell may have ${MOST_BYTES / 1e6} MB in all: make this one smaller`
    return notebook.store.setState({ notice })
  }
  notebook.perform({ type: 'set-attachments', cellId, attachments })
  const text = names.map((name) => `![${name}](attachment:${encodeURIComponent(name)})`).join('\n')
  const view = mountedEditors(notebook).get(cellId)
  view?.dispatch({ ...view.state.replaceSelection(text), userEvent: 'input.paste' })
}

/** A name that the cell has not yet: what is pasted is mostly called `image.png`. */
export function attachmentName(name: string, type: string, taken: readonly string[]): string {
  const ending = type.slice('image/'.length).replace('jpeg', 'jpg')
  const base = name.replace(/\.\w+$/, '').replaceAll(/[^\p{L}\p{N}._-]+/gu, '-') || 'image'
  for (let number = 1; ; number++) {
    const next = `${base}${number === 1 ? '' : `-${number}`}.${ending}`
    if (!taken.includes(next)) return next
  }
}

async function toBase64(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  let text = ''
  // Not all at once: a call takes only so many arguments.
  for (let at = 0; at < bytes.length; at += 32_768) {
    text += String.fromCodePoint(...bytes.subarray(at, at + 32_768))
  }
  return btoa(text)
}
