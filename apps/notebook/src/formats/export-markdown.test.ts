import { expect, test } from 'vitest'
import { emptyCell } from '../notebook/apply-operation.ts'
import type { Cell, JsonObject, Output } from '../notebook/notebook.ts'
import { RESULT_MIME } from '../results/result.ts'
import { exportMarkdown } from './export-markdown.ts'
import { atOnce } from './steps.ts'

function display(data: JsonObject): Output {
  return { type: 'display', data, metadata: {}, trusted: false }
}

test('exportMarkdown() keeps prose, code and outputs in order', () => {
  const cells: Cell[] = [
    {
      ...emptyCell(
        'a',
        'markdown',
        '# Title\n\n![i](attachment:i.png) ![n](attachment:none.png)\n',
      ),
      attachments: { 'i.png': { 'image/png': 'iVBO' } },
    },
    {
      ...emptyCell('b', 'typescript', 'const a = `\n````\n`'),
      outputs: [
        { type: 'stream', name: 'stdout', text: 'one\rtwo \u001b[31mred\u001b[0m\n', omitted: 0 },
        { type: 'error', name: 'E', message: 'bad', traceback: [] },
      ],
    },
    {
      ...emptyCell('c', 'sql', 'SELECT 1'),
      outputs: [
        display({
          [RESULT_MIME]: {
            columns: [
              { name: 'A|B', type: 'TEXT' },
              { name: 'C', type: 'NUMBER' },
            ],
            rowCount: 3,
            firstRows: [['<b>\nx', null]],
          },
        }),
      ],
    },
    {
      ...emptyCell('d', 'raw', 'x = 1'),
      language: 'python',
      outputs: [
        display({ 'image/png': 'iVBO' }),
        display({ 'text/html': '<script>', 'text/plain': 'plain' }),
        display({ 'text/html': '<script>' }),
        display({ 'application/json': [1] }),
      ],
    },
    emptyCell('e', 'typescript', ' '),
  ]
  expect(atOnce(exportMarkdown({ cells, metadata: {} }))).toBe(`# Title

![i](data:image/png;base64,iVBO) ![n](attachment:none.png)

\`\`\`\`\`ts
const a = \`
\`\`\`\`
\`
\`\`\`\`\`

\`\`\`text
two red
\`\`\`

\`\`\`text
E: bad
\`\`\`

\`\`\`sql
SELECT 1
\`\`\`

| A\\|B | C |
| --- | --- |
| \\<b\\> x | NULL |

The first 1 of 3 rows.

\`\`\`python
x = 1
\`\`\`

![Output](data:image/png;base64,iVBO)

\`\`\`text
plain
\`\`\`

\`\`\`html
<script>
\`\`\`

\`\`\`json
[
  1
]
\`\`\`
`)
})
