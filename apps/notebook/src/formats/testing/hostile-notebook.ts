import { RESULT_MIME } from '../../results/result.ts'

/** A notebook with this text in every place where a file can hold one, keys among them, as the text of a file. */
export function hostileNotebook(payload: string): string {
  const bundle = (data: object): object => ({ data, metadata: { [payload]: payload } })
  const types = ['text/plain', 'text/html', 'text/markdown', 'text/latex', 'image/svg+xml', payload]
  const images = ['image/png', 'image/jpeg', 'image/gif', 'image/webp']
  const outputs = [
    {
      output_type: 'stream',
      name: 'stdout',
      text: `\u001b[31m${payload}\u001b[38;2;1;2;3m${payload}`,
    },
    { output_type: 'stream', name: payload, text: [payload, payload] },
    {
      output_type: 'error',
      ename: payload,
      evalue: payload,
      traceback: [payload, `\u001b[1m${payload}`],
    },
    { output_type: 'error', ename: payload, evalue: payload, traceback: [] },
    ...types.map((mime) => ({ output_type: 'display_data', ...bundle({ [mime]: payload }) })),
    ...images.map((mime) => ({
      output_type: 'display_data',
      data: { [mime]: payload, [payload]: payload },
      metadata: { [mime]: { width: payload, height: payload } },
    })),
    {
      output_type: 'display_data',
      data: { 'image/png': 'iVBORw0KGgo=' },
      metadata: { 'image/png': { width: payload, height: 3 } },
    },
    { output_type: 'display_data', ...bundle({ 'application/json': { [payload]: [payload] } }) },
    {
      output_type: 'display_data',
      ...bundle({ 'application/vnd.vegalite.v6+json': { $schema: payload } }),
    },
    {
      output_type: 'execute_result',
      execution_count: 1,
      ...bundle({ [`application/${payload}+json`]: payload }),
    },
    {
      output_type: 'display_data',
      ...bundle({
        [RESULT_MIME]: {
          resultId: payload,
          columns: [{ name: payload, type: payload, nullable: true }],
          rowCount: 99,
          firstRows: [[payload], [null]],
          queryId: payload,
          variable: payload,
        },
      }),
    },
  ]
  const code = { cell_type: 'code', execution_count: 1, outputs }
  const markdown = [
    payload,
    `# ${payload}`,
    `[${payload}](${payload} "${payload}")`,
    `![${payload}](${payload} "${payload}")`,
    `![${payload}](attachment:a.png "${payload}")`,
    `[x](javascript:${payload})`,
    `![x](data:image/svg+xml;base64,${payload})`,
    `\`\`\`${payload}\n${payload}\n\`\`\``,
    `| ${payload} |\n| --- |\n| ${payload} |`,
    `<${payload}>`,
    `$${payload}$ and $x + \\text{${payload}}$`,
    `$$\n\\href{javascript:hit()}{x} \\htmlClass{x}{y} \\includegraphics{${payload}}\n$$`,
    `$$\n\\frac{1}{\\text{${payload}}}\n$$`,
  ].join('\n\n')
  return JSON.stringify({
    cells: [
      {
        cell_type: 'markdown',
        id: payload,
        metadata: { [payload]: payload, tags: [payload] },
        source: markdown,
        attachments: { 'a.png': { [payload]: payload }, [payload]: { 'image/png': payload } },
      },
      {
        ...code,
        id: 'ts',
        metadata: { name: payload },
        source: `const a = "${payload}"\n// ${payload}`,
      },
      {
        ...code,
        id: payload,
        metadata: { spcs: { language: 'sql' } },
        source: `SELECT '${payload}'`,
      },
      { ...code, id: 'other', metadata: { language: payload }, source: payload },
      { ...code, id: 'magic', metadata: {}, source: `%%sql ${payload}\nselect 1` },
      { cell_type: 'raw', id: 'raw', metadata: { format: payload }, source: payload },
    ],
    metadata: {
      [payload]: payload,
      title: payload,
      kernelspec: { name: payload, display_name: payload },
    },
    nbformat: 4,
    nbformat_minor: 5,
    [payload]: payload,
  })
}

/** Ways to leave an attribute, an element, a comment, a style or a frame, and then to call `hit`. */
export const PAYLOADS: readonly string[] = [
  '"\'><script>hit()</script>',
  '</pre></section></main></title></style></textarea><img src=x onerror=hit()>',
  '" onmouseover="hit()" autofocus onfocus="hit()" x="',
  "' onload='hit()' x='",
  '&quot;&gt;&lt;script&gt;hit()&lt;/script&gt;',
  '--><svg onload=hit()><!--',
  '<iframe srcdoc="<script>top.hit()</script>"></iframe>',
  '<meta http-equiv="refresh" content="0;url=http://foreign.test/">',
  '<link rel=stylesheet href=http://foreign.test/a.css><img src=http://foreign.test/a.png>',
  '<form action=http://foreign.test/><input type=submit></form><base href=http://foreign.test/>',
  'javascript:hit()',
  ') <script>hit()</script>',
  '`${hit()}`; hit() //',
  '*/ hit() /*',
  '\u2028hit()\u2029hit()',
]
