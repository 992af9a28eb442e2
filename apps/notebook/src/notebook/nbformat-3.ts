import { arrayAt, objectAt, objectOr, optionalObjectAt, textAt } from './json-shape.ts'
import type { JsonObject, JsonValue } from './notebook.ts'

/**
 * A file of nbformat 3 as one of 4, as nbformat's own upgrade does it: worksheets follow one another, heading cells
 * become Markdown, `prompt_number`, `pyout` and `pyerr` get their later names, and the metadata says what it was.
 *
 * The language that each code cell had goes to the notebook where most agree, so that a Python cell stays one.
 *
 * @see https://nbformat.readthedocs.io/en/latest/format_description.html#changes
 * @throws {NotebookError} `NOTEBOOK_INVALID`
 */
export function upgradeNotebook(file: JsonObject): JsonObject {
  const {
    worksheets,
    metadata,
    orig_nbformat: format,
    orig_nbformat_minor: minor,
    ...others
  } = file
  const sheets = arrayAt(worksheets ?? [], 'worksheets').map((sheet, at) =>
    objectAt(sheet, `worksheets[${at}]`),
  )
  const written = sheets.flatMap((sheet, at) => {
    const place = `worksheets[${at}].cells`
    return arrayAt(sheet['cells'] ?? [], place).map((cell, n) => objectAt(cell, `${place}[${n}]`))
  })
  const language = languageOfMost(written)
  const { name: _, signature: __, ...kept } = optionalObjectAt(metadata, 'metadata')
  const ofSheets = sheets.map((sheet) => objectOr(sheet['metadata']))
  const hasSheetMetadata = ofSheets.some((each) => Object.keys(each).length > 0)
  return {
    ...others,
    cells: written.map((cell, at) => upgradeCell(cell, `cells[${at}]`, language)),
    metadata: {
      ...(language === undefined ? {} : { language_info: { name: language } }),
      ...kept,
      ...(hasSheetMetadata ? { worksheets: ofSheets } : {}),
      orig_nbformat: format ?? 3,
      orig_nbformat_minor: minor ?? 0,
    },
  }
}

function languageOfMost(cells: readonly JsonObject[]): string | undefined {
  const counts = new Map<string, number>()
  for (const { language } of cells) {
    if (typeof language === 'string') counts.set(language, (counts.get(language) ?? 0) + 1)
  }
  return [...counts].toSorted((one, other) => other[1] - one[1])[0]?.[0]
}

/**
 * A cell of nbformat 3 as one of 4; one of 4 as it is. Some programs wrote files of 4 with cells of 3.
 *
 * @param language What the notebook's cells are in: only another one is noted at the cell.
 */
export function upgradeCell(cell: JsonObject, place: string, language?: string): JsonObject {
  if (cell['cell_type'] === 'heading') {
    const { level, source, ...rest } = cell
    const marks = '#'.repeat(typeof level === 'number' ? Math.min(Math.max(level, 1), 6) : 1)
    const text = textAt(source ?? '', `${place}.source`).replace(/\s*\n\s*/g, ' ')
    return { ...rest, cell_type: 'markdown', source: `${marks} ${text}` }
  }
  if (cell['cell_type'] === 'html') return { ...cell, cell_type: 'markdown' }
  if (cell['cell_type'] !== 'code') return cell
  const { input, prompt_number: prompt, language: own, collapsed, ...rest } = cell
  const outputs = arrayAt(cell['outputs'] ?? [], `${place}.outputs`)
  const metadata = optionalObjectAt(cell['metadata'], `${place}.metadata`)
  return {
    ...rest,
    metadata: {
      ...(collapsed === undefined ? {} : { collapsed }),
      ...(own === undefined || own === language ? {} : { language: own }),
      ...metadata,
    },
    source: cell['source'] ?? input ?? '',
    execution_count: cell['execution_count'] ?? prompt ?? null,
    outputs: outputs.map((output, n) => upgradeOutput(output, `${place}.outputs[${n}]`)),
  }
}

/** MIME types of nbformat 3's short names. */
const MIME_TYPES: ReadonlyMap<string, string> = new Map([
  ['text', 'text/plain'],
  ['html', 'text/html'],
  ['svg', 'image/svg+xml'],
  ['png', 'image/png'],
  ['jpeg', 'image/jpeg'],
  ['latex', 'text/latex'],
  ['json', 'application/json'],
  ['javascript', 'application/javascript'],
  ['pdf', 'application/pdf'],
])

function upgradeOutput(written: unknown, place: string): JsonObject {
  const output = objectAt(written, place)
  const { output_type: type, metadata, prompt_number: prompt, ...rest } = output
  if (type === 'pyerr') return { ...output, output_type: 'error' }
  if (type === 'stream') {
    const { stream, ...others } = output
    return { ...others, name: output['name'] ?? stream ?? 'stdout' }
  }
  if (type !== 'pyout' && (type !== 'display_data' || 'data' in output)) return output
  const data = Object.entries(rest).map(([name, value]): [string, JsonValue] => {
    const mime = MIME_TYPES.get(name) ?? name
    return [mime, mime === 'application/json' ? parsed(textAt(value, `${place}.json`)) : value]
  })
  const ofTypes = Object.entries(optionalObjectAt(metadata, `${place}.metadata`)).map(
    ([name, value]): [string, JsonValue] => [MIME_TYPES.get(name) ?? name, value],
  )
  const bundle = { data: Object.fromEntries(data), metadata: Object.fromEntries(ofTypes) }
  if (type === 'display_data') return { output_type: type, ...bundle }
  return { output_type: 'execute_result', execution_count: prompt ?? null, ...bundle }
}

function parsed(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    return text
  }
}
