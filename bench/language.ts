import { bareTypeScript } from './bare-typescript.ts'
import { type LanguageRun, type LanguageSession, medianRun } from './language-run.ts'
import { type Measure, measure } from './measure.ts'
import { type NotebookApp } from './notebook-app.ts'
import { NotebookClient } from './notebook-client.ts'
import { codeCell, writeNotebook } from './written-notebook.ts'

const ASKED = 'asked'

/** Completion through the notebook's socket, beside TypeScript's own server on one file of the same text. */
export async function* language(app: NotebookApp): AsyncGenerator<Measure> {
  for (const count of [100, 500]) {
    const sources = Array.from({ length: count }, (_, index) => chainedSource(index))
    const asked = `v${count - 1}.`
    const ours = await medianRun(asked, (run) =>
      openCells(app, `language-${count}-${run}`, sources),
    )
    const theirs = await medianRun(asked, () => bareTypeScript(sources))
    yield besides(`first completion in ${count} cells`, 'firstMs', ours, theirs)
    yield besides(`the same, the cursor there for 1 s`, 'enteredMs', ours, theirs)
    yield besides(`completion after an edit in ${count} cells`, 'editMs', ours, theirs)
  }
}

function besides(
  name: string,
  figure: keyof LanguageRun,
  ours: LanguageRun,
  theirs: LanguageRun,
): Measure {
  const beside = { name: 'bare tsc --lsp, one file', value: theirs[figure] }
  return measure({ name, value: ours[figure], unit: 'ms', better: 'lower', beside })
}

/** A notebook that was never looked at, and an empty cell at its end. */
async function openCells(
  app: NotebookApp,
  name: string,
  sources: readonly string[],
): Promise<LanguageSession> {
  const path = `${name}.ipynb`
  const cells = sources.map((source, index) => codeCell(`cell-${index}`, source))
  writeNotebook(app, path, [...cells, codeCell(ASKED, '')])
  const client = await NotebookClient.open(app, path)
  return {
    enter: async () => client.enter(ASKED),
    complete: async (source) => {
      client.changeSource(ASKED, source)
      const answer = await client.ask({
        type: 'complete',
        cellId: ASKED,
        source,
        offset: source.length,
      })
      return (answer as { items: readonly { label: string }[] }).items.map(({ label }) => label)
    },
    // The next one begins once this one is at rest: what is left in the cell is an error.
    rested: () => client.diagnosed(ASKED),
    [Symbol.asyncDispose]: () => client.close(),
  }
}

/** Each cell uses what the one before declares. */
function chainedSource(index: number): string {
  const before = index === 0 ? '1' : `v${index - 1}.sum`
  return [
    `const v${index} = { sum: ${before}, list: [1, 2, 3].map((each) => String(each)) }`,
    `function f${index}(argument: number) {`,
    `  return argument * Number(v${index}.sum)`,
    '}',
    `for (const text of v${index}.list) console.log(text.toUpperCase())`,
    `v${index}.sum.toFixed(1)`,
  ].join('\n')
}
