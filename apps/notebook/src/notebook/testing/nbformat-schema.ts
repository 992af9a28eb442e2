/*
 * The rules of nbformat 4.5, read again here on their own: what is printed must pass without the code that printed it.
 */

type Fault = string

/** What is wrong with a file's JSON by the schema of nbformat 4.5; empty when nothing is. */
export function faultsOf(file: unknown): readonly Fault[] {
  const faults: Fault[] = []
  const check = (isRight: boolean, fault: Fault): boolean => {
    if (!isRight) faults.push(fault)
    return isRight
  }
  if (!check(isObject(file), 'file')) return faults
  const { cells, metadata, nbformat, nbformat_minor: minor } = file as Fields
  check(nbformat === 4, 'nbformat')
  check(Number.isInteger(minor) && Number(minor) >= 5, 'nbformat_minor')
  if (check(isObject(metadata), 'metadata')) checkNotebookMetadata(metadata as Fields, check)
  if (!check(Array.isArray(cells), 'cells')) return faults
  const ids = new Set<unknown>()
  for (const [at, cell] of (cells as unknown[]).entries()) {
    if (!check(isObject(cell), `cells[${at}]`)) continue
    const { id } = cell as Fields
    check(typeof id === 'string' && /^[a-zA-Z0-9-_]{1,64}$/.test(id), `cells[${at}].id`)
    check(!ids.has(id), `cells[${at}].id is another's`)
    ids.add(id)
    checkCell(cell as Fields, `cells[${at}]`, check)
  }
  return faults
}

type Fields = Readonly<Record<string, unknown>>
type Check = (isRight: boolean, fault: Fault) => boolean

function checkNotebookMetadata(metadata: Fields, check: Check): void {
  const { kernelspec, language_info: info, orig_nbformat: original, authors, title } = metadata
  if (kernelspec !== undefined) {
    const { name, display_name: display } = kernelspec as Fields
    check(typeof name === 'string' && typeof display === 'string', 'metadata.kernelspec')
  }
  if (info !== undefined) {
    check(typeof (info as Fields)['name'] === 'string', 'metadata.language_info.name')
  }
  if (original !== undefined) check(Number(original) >= 1, 'metadata.orig_nbformat')
  if (authors !== undefined) check(Array.isArray(authors), 'metadata.authors')
  if (title !== undefined) check(typeof title === 'string', 'metadata.title')
}

const CELL_KEYS: Readonly<Record<string, readonly string[]>> = {
  raw: ['attachments'],
  markdown: ['attachments'],
  code: ['outputs', 'execution_count'],
}

function checkCell(cell: Fields, place: string, check: Check): void {
  const { cell_type: type, source, metadata, outputs, attachments } = cell
  const own = CELL_KEYS[String(type)]
  if (!check(own !== undefined, `${place}.cell_type`)) return
  check(isMultiline(source), `${place}.source`)
  if (check(isObject(metadata), `${place}.metadata`)) {
    const { tags, name, format, collapsed, scrolled, jupyter } = metadata as Fields
    if (tags !== undefined) check(isTags(tags), `${place}.metadata.tags`)
    if (name !== undefined) check(typeof name === 'string', `${place}.metadata.name`)
    if (format !== undefined) check(typeof format === 'string', `${place}.metadata.format`)
    if (jupyter !== undefined) check(isObject(jupyter), `${place}.metadata.jupyter`)
    if (collapsed !== undefined) check(typeof collapsed === 'boolean', `${place}.collapsed`)
    if (scrolled !== undefined) {
      check(typeof scrolled === 'boolean' || scrolled === 'auto', `${place}.scrolled`)
    }
  }
  if (attachments !== undefined) {
    check(type !== 'code' && isObject(attachments), `${place}.attachments`)
    for (const bundle of Object.values(attachments as Fields)) {
      checkBundle(bundle, `${place}.attachments`, check)
    }
  }
  if (type !== 'code') {
    check(!('outputs' in cell) && !('execution_count' in cell), `${place} has outputs`)
    return
  }
  check(isCount(cell['execution_count']) && 'execution_count' in cell, `${place}.execution_count`)
  if (!check(Array.isArray(outputs), `${place}.outputs`)) return
  for (const [n, output] of (outputs as unknown[]).entries()) {
    checkOutput(output as Fields, `${place}.outputs[${n}]`, check)
  }
}

function checkOutput(output: Fields, place: string, check: Check): void {
  const { output_type: type, data, metadata, name, text, ename, evalue, traceback } = output
  switch (type) {
    case 'stream':
      check(typeof name === 'string', `${place}.name`)
      check(isMultiline(text), `${place}.text`)
      break
    case 'display_data':
    case 'execute_result':
      check(isObject(metadata), `${place}.metadata`)
      checkBundle(data, `${place}.data`, check)
      if (type === 'execute_result') {
        const { execution_count: count } = output
        check(isCount(count) && 'execution_count' in output, `${place}.execution_count`)
      }
      break
    case 'error':
      check(typeof ename === 'string' && typeof evalue === 'string', `${place}.ename`)
      check(isTags(traceback), `${place}.traceback`)
      break
    default:
      check(false, `${place}.output_type`)
  }
}

function checkBundle(bundle: unknown, place: string, check: Check): void {
  if (!check(isObject(bundle), place)) return
  for (const [mime, value] of Object.entries(bundle as Fields)) {
    const isJson = /^application\/(.*\+)?json$/.test(mime)
    check(isJson || isMultiline(value), `${place}[${mime}]`)
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isMultiline(value: unknown): boolean {
  return typeof value === 'string' || isTags(value)
}

function isTags(value: unknown): boolean {
  return Array.isArray(value) && value.every((each) => typeof each === 'string')
}

function isCount(value: unknown): boolean {
  return value === null || (Number.isInteger(value) && Number(value) >= 0)
}
