import { describe, expect, test } from 'vitest'
import { emptyCell } from '../notebook/apply-operation.ts'
import { parseNotebook } from '../notebook/ipynb.ts'
import type { Cell, JsonObject } from '../notebook/notebook.ts'
import { RESULT_MIME } from '../results/result.ts'
import { exportHtml } from './export-html.ts'
import { atOnce } from './steps.ts'
import { hostileNotebook, PAYLOADS } from './testing/hostile-notebook.ts'

function shown(data: JsonObject, metadata: JsonObject = {}): string {
  const output = { type: 'display', data, metadata, trusted: false } as const
  const cell: Cell = { ...emptyCell('a', 'raw', ''), outputs: [output] }
  const html = atOnce(exportHtml({ cells: [cell], metadata: {} }, 'a.ipynb'))
  return /<div class="output value">(.*)<\/div><\/section>/s.exec(html)?.[1] ?? ''
}

describe('exportHtml()', () => {
  test('one document with everything inside, and a policy that lets nothing run or load', () => {
    const cell = emptyCell('a', 'typescript', 'const a = 1 // <b>')
    const html = atOnce(exportHtml({ cells: [cell], metadata: {} }, 'A & B.ipynb'))
    expect(html).toMatch(/^<!doctype html>\n<html lang="en"><head><meta charset="utf-8">/)
    expect(html).toContain(
      'default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;; img-src data:',
    )
    expect(html).toContain('<title>A &amp; B</title>')
    expect(html).toContain('@media (prefers-color-scheme: dark)')
    expect(html).toContain('<span class="tok-keyword">const</span>')
    expect(html).toContain('<span class="tok-comment">// &lt;b&gt;</span>')
    expect(html).not.toMatch(/<script|<link|https?:/)
  })

  test.each<[string, JsonObject, string]>([
    [
      'rows',
      {
        [RESULT_MIME]: {
          columns: [
            { name: 'A', type: 'NUMBER' },
            { name: 'B', type: 'TEXT' },
          ],
          rowCount: 9,
          firstRows: [['1.50', null]],
        },
        'text/plain': 'x',
      },
      '<table><caption>The first 1 of 9 rows</caption><thead><tr><th class="number">A</th><th>B</th></tr></thead>' +
        '<tbody><tr><td class="number">1.50</td><td class="null">NULL</td></tr></tbody></table>',
    ],
    [
      'rows of another shape',
      { [RESULT_MIME]: { columns: [1] }, 'text/plain': 'x' },
      '<pre>x</pre>',
    ],
    [
      'an image rather than HTML',
      { 'text/html': '<b>', 'image/png': 'iVBO\nRw==\n' },
      '<img src="data:image/png;base64,iVBORw==" alt="Output">',
    ],
    ['an image that is none', { 'image/png': '"x', 'text/plain': '1' }, '<pre>1</pre>'],
    [
      'SVG as an image',
      { 'image/svg+xml': '<svg/>' },
      '<img src="data:image/svg+xml;base64,PHN2Zy8+" alt="Output">',
    ],
    [
      'colours of a terminal',
      { 'text/plain': 'a\u001b[31mb\u001b[0mc' },
      '<pre>a<span class="ansi-red-fg">b</span>c</pre>',
    ],
    [
      'printed tables apart, and colours across them',
      { 'text/plain': 'a\u001b[31mb\n|1 |\nc\u001b[0md\n' },
      '<pre>a<span class="ansi-red-fg">b</span></pre>\n<pre class="table"><span class="ansi-red-fg">|1 |</span></pre>\n' +
        '<pre><span class="ansi-red-fg">c</span>d</pre>',
    ],
    [
      'a chart without an image as its text',
      { 'application/vnd.vegalite.v6+json': { mark: 'bar' }, 'text/plain': '[chart]' },
      '<details><summary>application/vnd.vegalite.v6+json</summary><pre>{\n  &quot;mark&quot;: &quot;bar&quot;\n}</pre></details>',
    ],
    [
      'nothing that can be shown',
      { 'application/x': 'y' },
      '<p class="note">Not shown: application/x</p>',
    ],
  ])('shows %s', (_, data, expected) => {
    expect(shown(data)).toBe(expected)
  })

  test('HTML is in a frame that can do nothing', () => {
    const html = shown({ 'text/html': '<b title="x">bold</b>' })
    expect(html).toMatch(
      /^<iframe sandbox="" referrerpolicy="no-referrer" title="Output" style="height: \d+px" srcdoc="[^"<>]*&lt;b title=&quot;x&quot;&gt;bold&lt;\/b&gt;"><\/iframe>$/,
    )
  })

  test('Markdown links lead to the web alone, and images come from the notebook (CVE-2021-32862)', () => {
    const cell: Cell = {
      ...emptyCell(
        'a',
        'markdown',
        '[a](https://x.test/?a=1&b) [b](javascript:x) [c](/d) ![i](attachment:i%20.png) ![j](https://x.test/j.png) <b>',
      ),
      attachments: { 'i .png': { 'image/png': 'iVBO' } },
    }
    const html = atOnce(exportHtml({ cells: [cell], metadata: {} }, 'a.ipynb'))
    expect(html).toContain(
      '<p><a href="https://x.test/?a=1&amp;b" rel="noopener noreferrer">a</a> <a>b</a> <a>c</a> ' +
        '<img src="data:image/png;base64,iVBO" alt="i"> [image: j] &lt;b&gt;</p>',
    )
  })

  test('tasks have their boxes', () => {
    const source = '- [x] done\n- [ ] open\n- [y] neither\n\n[x] text'
    const notebook = { cells: [emptyCell('a', 'markdown', source)], metadata: {} }
    const html = atOnce(exportHtml(notebook, 'a.ipynb'))
    for (const text of ['<li>☑ done', '<li>☐ open', '<li>[y] neither', '<p>[x] text']) {
      expect(html).toContain(text)
    }
  })

  test('formulas are MathML, and what is none stays as it was written', () => {
    const source = 'Euler $e^{i\\pi}$, $\\frac{1$ and $5 or $6\n\n$$\nx_1\n$$'
    const notebook = { cells: [emptyCell('a', 'markdown', source)], metadata: {} }
    const html = atOnce(exportHtml(notebook, 'a.ipynb'))
    expect(html).toContain('<msup><mi>e</mi><mrow><mi>i</mi><mi>π</mi></mrow></msup>')
    expect(html).toContain('<code>$\\frac{1$</code> and $5 or $6')
    expect(html).toMatch(/<math [^>]*display="block"><semantics><mrow><msub><mi>x<\/mi><mn>1<\/mn>/)
  })

  test.each(PAYLOADS)('whatever is in a notebook stays text: %s (CVE-2021-32862)', (payload) => {
    const { notebook } = parseNotebook(hostileNotebook(payload))
    const html = atOnce(exportHtml(notebook, `${payload}.ipynb`))
    // Read by a grammar that only knows what we print: anything else is a text that got out.
    const rest = html.replace(/<style>[^<]*<\/style>/, '').replaceAll(TAG, '')
    expect(rest).not.toMatch(/[<>]/)
    for (const [, attributes = ''] of html.matchAll(TAG)) {
      expect(attributes.replaceAll(ATTRIBUTE, '')).toBe('')
    }
  })
})

const TAG =
  /<(?:!doctype html|\/?(?:html|head|meta|title|body|main|section|div|p|pre|code|span|img|iframe|table|caption|thead|tbody|tr|th|td|details|summary|h[1-6]|a|br|hr|em|strong|s|blockquote|ul|ol|li|math|semantics|annotation|m[a-z]+))((?: [a-z-]+="[^"<>]*")*)>/g
const ATTRIBUTE =
  / (?:lang|charset|http-equiv|content|name|class|style|src|alt|width|height|sandbox|referrerpolicy|title|srcdoc|href|rel|start|xmlns|display|encoding|math[a-z]+|width|height|stretchy|fence|separator|lspace|rspace|accent|scriptlevel|columnalign|columnspacing|rowspacing)="[^"<>]*"/g
