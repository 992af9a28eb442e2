import markdownIt from 'markdown-it'
import { describe, expect, test } from 'vitest'
import { markdownMath } from './markdown-math.ts'

const markdown = markdownIt({ html: false }).use(markdownMath)

/** The formulas of a text, those on their own with two signs. */
function formulas(source: string): string[] {
  return [...markdown.render(source).matchAll(/<samp( title="display")?>(.*?)<\/samp>/gs)].map(
    ([, display, text]) => (display === undefined ? `$${text}$` : `$$${text}$$`),
  )
}

describe('markdownMath()', () => {
  test.each([
    ['mass $e = mc^2$ here', ['$e = mc^2$']],
    ['a \\(x_1\\) and \\[y\\] b', ['$x_1$', '$$y$$']],
    ['a $$x$$ b', ['$$x$$']],
    [
      '$$\n\\begin{aligned}\na &= b \\\\\n\n- c\n\\end{aligned}\n$$',
      ['$$\n\\begin{aligned}\na &amp;= b \\\\\n\n- c\n\\end{aligned}\n$$'],
    ],
    ['\\[\nx\n\\]', ['$$\nx\n$$']],
    ['- item $x$\n- $$y$$', ['$x$', '$$y$$']],
    ['> $$\n> x\n> $$', ['$$\nx\n$$']],
    ['$a_b$ and *c_d_e*', ['$a_b$']],
    ['$\\$5$', ['$\\$5$']],
    ['cost $5 and $6', []],
    ['from $5 to 6$', ['$5 to 6$']],
    ['\\$x$ \\\\', []],
    ['`$x$` and\n\n```\n$$y$$\n```', []],
    ['$ x$ and $x $ and $x$2', []],
    ['$$ open', []],
    ['$$$$', []],
    ['$<b>"&$', ['$&lt;b&gt;&quot;&amp;$']],
  ])('%j', (source, found) => {
    expect(formulas(source)).toEqual(found)
  })

  test('what is no formula is text as it stands', () => {
    expect(markdown.render('cost $5 and $6, \\(open')).toBe('<p>cost $5 and $6, (open</p>\n')
  })
})
