import { useCallback, useEffect, useState, type ReactElement } from 'react'
import type { KernelVariable } from '../../src/kernel/kernel.ts'
import { IconButton } from '../icons.tsx'
import { useNotebook, useOpenNotebook } from './notebook-context.ts'

/** What the kernel holds, asked anew whenever a run begins or ends; a loop that blocks it answers afterwards. */
export function VariablesPanel(): ReactElement {
  const notebook = useOpenNotebook()
  const status = useNotebook(({ state }) => state?.kernel.status ?? 'none')
  const [variables, setVariables] = useState<readonly KernelVariable[]>([])
  const [problem, setProblem] = useState<string | null>(null)

  const ask = useCallback(async () => {
    try {
      setVariables(await notebook.variables())
      setProblem(null)
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error))
    }
  }, [notebook])

  useEffect(() => {
    if (status === 'idle' || status === 'busy') void ask()
    if (status === 'none' || status === 'ended') setVariables([])
  }, [status, ask])

  return (
    <div className="variables">
      <div className="panel-tools">
        <IconButton icon="refresh" label="Ask the kernel again" onClick={() => void ask()} />
      </div>
      {problem !== null && <p className="output-note">{problem}</p>}
      {problem === null && variables.length === 0 && (
        <p className="empty-note">
          {status === 'none' || status === 'ended'
            ? 'No kernel is running. Run a cell to start one.'
            : 'No variables yet. What a cell declares appears here.'}
        </p>
      )}
      {variables.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Type</th>
              <th scope="col" className="number">
                Size
              </th>
              <th scope="col">Value</th>
            </tr>
          </thead>
          <tbody>
            {variables.map((variable) => (
              <tr key={variable.name}>
                <th scope="row">{variable.name}</th>
                <td className="type">{variable.type}</td>
                <td className="number">{variable.size?.toLocaleString('en') ?? ''}</td>
                <td className="preview" title={variable.preview}>
                  {variable.preview}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  )
}
