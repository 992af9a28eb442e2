import type { ReactElement } from 'react'
import { useShallow } from 'zustand/shallow'
import type { Cell } from '../../src/notebook/notebook.ts'
import { outputAddress } from '../connection/server-api.ts'
import { OutputView } from '../outputs/output-view.tsx'
import { runCommand } from './cell-commands.ts'
import { isHiddenIn } from './cell-window.ts'
import { InputField } from './input-field.tsx'
import { useNotebook, useOpenNotebook } from './notebook-context.ts'

/** What a cell has shown, and the fields that it waits for. */
export function CellOutputs(props: { readonly cell: Cell }): ReactElement | null {
  const { cell } = props
  const notebook = useOpenNotebook()
  const path = useNotebook(({ state }) => state?.path ?? '')
  const canRun = useNotebook((view) => view.canRun)
  const inputs = useNotebook(
    useShallow(({ state }) => state?.inputs.filter((input) => input.cellId === cell.id) ?? []),
  )
  if (cell.outputs.length === 0 && inputs.length === 0) return null
  const isHidden = isHiddenIn(cell, 'outputs_hidden')
  const address = outputAddress(path, cell.id)
  return (
    <div className="cell-outputs" role="group" aria-label="Output">
      {isHidden ? (
        <button
          type="button"
          className="text-button folded"
          onClick={() => runCommand(notebook, cell.id, 'toggle-outputs')}
        >
          Show the outputs ({cell.outputs.length})
        </button>
      ) : (
        cell.outputs.map((output, index) => (
          // Outputs are only added at the end
          <OutputView key={index} cellId={cell.id} output={output} wholeAddress={address} />
        ))
      )}
      {!isHidden && (cell.omittedOutputs ?? 0) > 0 && (
        <p className="output-note">{cell.omittedOutputs} more outputs are not shown.</p>
      )}
      {inputs.map((request) => (
        <InputField key={request.inputId} request={request} canRun={canRun} />
      ))}
    </div>
  )
}
