import { memo, type ReactElement } from 'react'
import type { Output } from '../../src/notebook/notebook.ts'
import { RESULT_MIME } from '../../src/results/result.ts'
import { ChartOutput } from '../charts/chart-output.tsx'
import { JsonTree } from './json-tree.tsx'
import { MarkdownView } from './markdown-view.tsx'
import { chooseType, imageAddress, textOf } from './mime.ts'
import { OutputFrame } from './output-frame.tsx'
import { PrintedLines } from './printed-lines.tsx'
import { foldPrintedLines, STYLE } from './printed-text.ts'
import { ResultOutput } from './result-output.tsx'

/** One output of a cell. `wholeAddress` is where everything that was printed can be had. */
export const OutputView = memo(function OutputView(props: {
  readonly cellId: string
  readonly output: Output
  readonly wholeAddress: string
}): ReactElement {
  const { output, wholeAddress } = props
  switch (output.type) {
    case 'stream':
      return (
        <div className={`output stream ${output.name}`}>
          <PrintedLines className="printed" text={output.text} />
          {output.omitted > 0 && (
            <p className="output-note">
              {output.omitted.toLocaleString('en')} more characters were printed.{' '}
              <a href={wholeAddress} download="output.txt">
                Download the whole output
              </a>
            </p>
          )}
        </div>
      )
    case 'error':
      return (
        <div className="output error" role="group" aria-label="Error">
          {!isInTraceback(output) && (
            <p className="error-title">
              <strong>{output.name}</strong>
              {output.message === '' ? null : `: ${output.message}`}
            </p>
          )}
          {output.traceback.length > 0 && (
            <PrintedLines className="printed" text={output.traceback.join('\n')} />
          )}
        </div>
      )
    case 'display':
    case 'result':
      return (
        <div className="output value">
          <Value
            cellId={props.cellId}
            data={output.data}
            metadata={output.metadata}
            trusted={output.trusted}
          />
        </div>
      )
  }
})

/** Most tracebacks begin or end with the error itself: it is not said twice. */
function isInTraceback({ name, message, traceback }: Extract<Output, { type: 'error' }>): boolean {
  const [firstLine = ''] = message.split('\n')
  const lines = foldPrintedLines(traceback.join('\n')).map((line) => line.replaceAll(STYLE, ''))
  return lines.some((line) => line.includes(name) && line.includes(firstLine))
}

function Value(props: {
  readonly cellId: string
  readonly data: Readonly<Record<string, unknown>>
  readonly metadata: Readonly<Record<string, unknown>>
  readonly trusted: boolean
}): ReactElement {
  const type = chooseType(props.data)
  if (type === undefined) {
    const types = Object.keys(props.data).join(', ')
    return <p className="output-note">Nothing here can show {types === '' ? 'this' : types}.</p>
  }
  const value = props.data[type]
  const plain = textOf(props.data['text/plain'])
  switch (type) {
    case RESULT_MIME:
      return <ResultOutput cellId={props.cellId} value={value} plain={plain} />
    case 'application/vnd.vegalite.v6+json':
    case 'application/vnd.vegalite.v5+json':
      return <ChartOutput value={value} mode="vega-lite" />
    case 'application/vnd.vega.v6+json':
    case 'application/vnd.vega.v5+json':
      return <ChartOutput value={value} mode="vega" />
    case 'text/html':
    case 'image/svg+xml':
      return <OutputFrame mime={type} content={textOf(value)} trusted={props.trusted} />
    case 'image/png':
    case 'image/jpeg':
    case 'image/gif': {
      const address = imageAddress(type, value)
      if (address === undefined) return <p className="output-note">This image cannot be read.</p>
      return <img src={address} alt={plain || 'Output'} {...sizeOf(props.metadata[type])} />
    }
    case 'text/markdown':
      return <MarkdownView source={textOf(value)} />
    case 'application/json':
      return (
        <div className="json-tree">
          <JsonTree value={value} />
        </div>
      )
    case 'text/latex':
    case 'text/plain':
      return <PrintedLines className="printed" text={textOf(value)} />
  }
}

/** nbformat: `metadata["image/png"] = { width, height }`. */
function sizeOf(metadata: unknown): { width?: number; height?: number } {
  if (typeof metadata !== 'object' || metadata === null) return {}
  const { width, height } = metadata as { width?: unknown; height?: unknown }
  return {
    ...(typeof width === 'number' ? { width } : {}),
    ...(typeof height === 'number' ? { height } : {}),
  }
}
