import type { Cell, CellRun, Output, StreamOutput } from './notebook.ts'

/** Characters of printed text that a cell keeps; the whole of it is in the server's state directory. */
export const MOST_STREAM_CHARACTERS = 200_000
/** Outputs that a cell keeps; its result and its error are kept beyond that. */
export const MOST_OUTPUTS = 500

/** Text that was printed, and how much more was that the cell is not told. */
export function appendStream(
  cell: Cell,
  name: StreamOutput['name'],
  text: string,
  more: number,
): Cell {
  const base = beforeOutput(cell)
  const last = base.outputs.at(-1)
  const room = MOST_STREAM_CHARACTERS - streamCharacters(base)
  const kept = room >= text.length ? text : text.slice(0, Math.max(0, room))
  const omitted = text.length - kept.length + more
  if (last?.type === 'stream' && last.name === name) {
    const joined = { ...last, text: last.text + kept, omitted: last.omitted + omitted }
    return { ...base, outputs: [...base.outputs.slice(0, -1), joined] }
  }
  const full = base.outputs.length >= MOST_OUTPUTS || kept === ''
  if (!full) {
    return { ...base, outputs: [...base.outputs, { type: 'stream', name, text: kept, omitted }] }
  }
  // No room for another output: what is left out is counted where text of this name stands last.
  const at = base.outputs.findLastIndex((output) => output.type === 'stream')
  const stream = base.outputs[at]
  if (stream?.type !== 'stream') return { ...base, omittedOutputs: (base.omittedOutputs ?? 0) + 1 }
  const counted = { ...stream, omitted: stream.omitted + kept.length + omitted }
  return { ...base, outputs: base.outputs.with(at, counted) }
}

function streamCharacters(cell: Cell): number {
  let characters = 0
  for (const output of cell.outputs) if (output.type === 'stream') characters += output.text.length
  return characters
}

/** One more output; beyond the most a cell keeps it is counted. */
export function addOutput(cell: Cell, output: Output): Cell {
  if (output.type === 'stream') return appendStream(cell, output.name, output.text, output.omitted)
  const base = beforeOutput(cell)
  if (output.type === 'display' && base.outputs.length >= MOST_OUTPUTS) {
    return { ...base, omittedOutputs: (base.omittedOutputs ?? 0) + 1 }
  }
  return { ...base, outputs: [...base.outputs, output] }
}

/** A clear that waits for the next output happens now. */
function beforeOutput(cell: Cell): Cell {
  return cell.run.status === 'running' && cell.run.clearsWithNext ? withoutOutputs(cell) : cell
}

/** Without outputs and number, as a cell that was never run. */
export function cleared(cell: Cell): Cell {
  return { ...withoutOutputs(cell), executionCount: null }
}

export function withoutOutputs(cell: Cell): Cell {
  const { omittedOutputs: _, ...rest } = cell
  const { run } = cell
  const next = run.status === 'running' && run.clearsWithNext ? withoutMark(run) : run
  return { ...rest, outputs: [], run: next }
}

function withoutMark(run: CellRun & { status: 'running' }): CellRun {
  const { clearsWithNext: _, ...rest } = run
  return rest
}
