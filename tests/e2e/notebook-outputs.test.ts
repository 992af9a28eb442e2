import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { launchBrowser, watchForeignRequests } from './browser.ts'

/** What the page's Markdown made of a source, as the browser sees it. */
interface Shown {
  /** Everything in the tree that Markdown has no use for: elements, attributes, addresses. */
  readonly strange: readonly string[]
  readonly links: readonly string[]
  readonly text: string
  /** True when the tree, printed and parsed once more, is another one. */
  readonly isMutated: boolean
}

const EVIL = 'http://evil.example'
/** Takes note that a script ran. */
const RUN = 'window.ran=1'

let bundle = ''

beforeAll(async () => {
  const markdown = new URL('../../apps/notebook/web/outputs/markdown.ts', import.meta.url)
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(markdown)],
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'iife',
    globalName: 'markdownModule',
    // A style sheet and fonts are no part of what is tested.
    loader: { '.css': 'empty' },
  })
  bundle = outputFiles[0]?.text ?? ''
})

function show(page: Page, source: string, attachments: object = {}): Promise<Shown> {
  return page.evaluate(
    ([text, attached]) => {
      const { renderMarkdown } = (
        globalThis as unknown as {
          markdownModule: { renderMarkdown: (text: string, attached: object) => DocumentFragment }
        }
      ).markdownModule
      const element = document.createElement('div')
      document.body.replaceChildren(element)
      element.replaceChildren(renderMarkdown(text, attached))
      const tags =
        /^(?:H[1-6]|P|BR|HR|EM|STRONG|S|CODE|PRE|BLOCKQUOTE|UL|OL|LI|A|IMG|TABLE|THEAD|TBODY|TR|TH|TD)$/
      const attributes = /^(?:href|target|rel|src|alt|title|start|align)$/
      const strange: string[] = []
      const links: string[] = []
      for (const each of element.querySelectorAll('*')) {
        if (!tags.test(each.tagName)) strange.push(each.tagName)
        for (const { name, value } of each.attributes) {
          if (!attributes.test(name)) strange.push(`${each.tagName} ${name}`)
          if (
            name === 'src' &&
            !/^data:image\/(?:png|jpeg|gif|webp);base64,[\w+/=]+$/.test(value)
          ) {
            strange.push(`${each.tagName} src=${value}`)
          }
        }
        if (each instanceof HTMLAnchorElement && each.hasAttribute('href')) {
          links.push(each.href)
          if (!/^(?:https?|mailto):/.test(each.href)) strange.push(`A href=${each.href}`)
          if (each.target !== '_blank' || !each.rel.includes('noopener')) strange.push('A target')
        }
      }
      const again = new DOMParser().parseFromString(element.innerHTML, 'text/html').body
      return {
        strange,
        links,
        text: element.textContent ?? '',
        isMutated: again.innerHTML !== element.innerHTML,
      }
    },
    [source, attachments] as const,
  )
}

/** Shows each source, clicks whatever there is, and reports all that should not have happened. */
async function misdeeds(
  sources: readonly (string | readonly [string, object])[],
): Promise<string[]> {
  await using browser = await launchBrowser()
  const page = await browser.newPage()
  const foreign = watchForeignRequests(page, [])
  const found: string[] = []
  page.on('dialog', (dialog) => {
    found.push(`dialog ${dialog.message()}`)
    void dialog.dismiss()
  })
  await page.addScriptTag({ content: bundle })
  for (const each of sources) {
    const [source, attachments] = typeof each === 'string' ? [each, {}] : each
    const { strange, isMutated } = await show(page, source, attachments)
    found.push(...strange.map((what) => `${what} in ${source}`))
    if (isMutated) found.push(`another tree from ${source}`)
    const ran = await page.evaluate(async () => {
      for (const element of document.body.querySelectorAll('*')) {
        const isLink = element instanceof HTMLAnchorElement && element.hasAttribute('href')
        if (!isLink) element.dispatchEvent(new MouseEvent('click', { bubbles: true }))
        element.dispatchEvent(new MouseEvent('mouseover', { bubbles: true }))
      }
      // What loads, or fails to, tells so in a task of its own.
      await new Promise((resolve) => setTimeout(resolve, 0))
      return 'ran' in globalThis
    })
    if (ran) found.push(`script ran in ${source}`)
  }
  return [...found, ...foreign.map((address) => `request to ${address}`)]
}

/** Markup of many kinds; each stands alone, in a heading, in a table, in a list and as the text of a link. */
const MARKUP = [
  `<script>${RUN}</script>`,
  `<img src=x onerror="${RUN}">`,
  `<svg onload="${RUN}"></svg>`,
  `<svg><style><img src=x onerror="${RUN}"></style></svg>`,
  `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=${RUN}&gt;">`,
  `<form><math><mtext></form><form><mglyph><style></math><img src=x onerror="${RUN}">`,
  `<noscript><p title="</noscript><img src=x onerror=${RUN}>">`,
  `<select><template><style><img src=x onerror="${RUN}"></template></select>`,
  `<iframe srcdoc="<script>parent.ran=1</script>"></iframe>`,
  `<form action="javascript:${RUN}"><button>x</button></form>`,
  `<button formaction="javascript:${RUN}">x</button>`,
  `<a href="javascript:${RUN}">x</a>`,
  `<img src=${EVIL}/a.png>`,
  `<link rel=stylesheet href=${EVIL}/a.css>`,
  `<meta http-equiv=refresh content="0;url=${EVIL}">`,
  `<base href=${EVIL}/>`,
  `<object data=${EVIL}></object><embed src=${EVIL}>`,
  `<video src=${EVIL} onerror="${RUN}"></video>`,
  `<style>@import '${EVIL}/a.css'</style>`,
  `<a id=root name=config>x</a><img name=cookie><form id=body name=getElementById>`,
  `<a data-commandlinker-command="terminal:open" data-commandlinker-args="{}">x</a>`,
  `<div data-first class="dialog" id="root">x</div>`,
]

describe('Markdown of a notebook', () => {
  test('runs no script, asks for nothing and has no markup but its own (CVE-2021-32797, CVE-2021-32798, CVE-2018-8768, CVE-2016-6524)', async () => {
    const places = MARKUP.flatMap((markup) => [
      markup,
      `# ${markup}`,
      `| ${markup.replaceAll('|', '')} |\n| - |\n| ${markup.replaceAll('|', '')} |`,
      `- ${markup}\n\n  > ${markup}`,
      `[${markup}](https://example.com "${markup.replaceAll('"', "'")}")`,
      `![${markup}](data:image/png;base64,AAAA)`,
      `\`\`\`${markup}\n${markup}\n\`\`\``,
    ])
    expect(await misdeeds(places)).toEqual([])
  })

  test('leads by links to http, https and mail alone (CVE-2022-41034, CVE-2026-42557, CVE-2024-22421)', async () => {
    await using browser = await launchBrowser()
    const page = await browser.newPage()
    await page.addScriptTag({ content: bundle })
    const addresses = [
      `javascript:${RUN}`,
      `JaVaScRiPt:${RUN}`,
      `java&#10;script:${RUN}`,
      `&#x6a;avascript:${RUN}`,
      `&#1;javascript:${RUN}`,
      `data:text/html;base64,PHNjcmlwdD4=`,
      'vbscript:x',
      'file:///etc/passwd',
      'blob:https://example.com/1',
      'command:workbench.action.terminal.new',
      'vscode://file/x',
      'livebook://x',
      '/api/files?path=x',
      '//evil.example/x',
      '?token=x',
      '#root',
    ]
    for (const address of addresses) {
      const written = `[x](<${address}>) [y][r] <${address}>\n\n[r]: <${address}>`
      const { links, strange } = await show(page, written)
      expect([address, links, strange]).toEqual([address, [], []])
    }
    const { links } = await show(
      page,
      '[x](https://example.com/a) <mailto:a@example.com> http://example.com/b',
    )
    expect(links).toEqual(['https://example.com/a', 'mailto:a@example.com', 'http://example.com/b'])
  })

  test('carries no id, name, class or data that code of the page listens to (CVE-2026-42557, CVE-2026-40171, CVE-2024-43805, GHSA-9q39-rmj3-p4r2)', async () => {
    await using browser = await launchBrowser()
    const page = await browser.newPage()
    await page.addScriptTag({ content: bundle })
    const names = ['root', 'cookie', 'body', 'config', '__proto__', 'constructor']
    for (const name of names) {
      const source = [
        `# ${name} {#${name} .dialog data-first=1}`,
        `<a id="${name}" name="${name}" class="dialog" data-first>x</a>`,
        `[${name}][${name}]`,
        `\`\`\`${name} id=${name}\nx\n\`\`\``,
        `[${name}]: https://example.com "${name}"`,
      ].join('\n\n')
      const { strange } = await show(page, source)
      expect([name, strange]).toEqual([name, []])
    }
    // What a list begins with and on which side a column stands are no addresses, and stay.
    await show(page, '3. three\n\n| a | b |\n| - | -: |\n| 1 | 2 |')
    const kept = await page
      .locator('[start], [align]')
      .evaluateAll((all) =>
        all.map(
          (each) => `${each.tagName} ${each.getAttribute('start') ?? each.getAttribute('align')}`,
        ),
      )
    expect(kept).toEqual(['OL 3', 'TH right', 'TD right'])
    const clobbered = await page.evaluate(
      (all) => [
        ...all.filter(
          (name) => document.querySelector(`[id="${name}"], [name="${name}"]`) !== null,
        ),
        ...(typeof document.getElementById === 'function' ? [] : ['getElementById']),
        ...(document.body instanceof HTMLBodyElement ? [] : ['body']),
      ],
      names,
    )
    expect(clobbered).toEqual([])
  })

  test('draws formulas that can do nothing, and shows those that it cannot draw', async () => {
    await using browser = await launchBrowser()
    const page = await browser.newPage()
    await page.setContent('<!doctype html>')
    await page.addScriptTag({ content: bundle })
    const source = [
      '$x^2$',
      String.raw`$\href{javascript:ran()}{a}$`,
      String.raw`$\url{https://example.com}$`,
      String.raw`$\includegraphics{https://example.com/a.png}$`,
      String.raw`$\htmlId{root}{a} \htmlClass{dialog}{b} \htmlData{cell=1}{c} \htmlStyle{top:0}{d}$`,
      String.raw`$\text{<img src=x onerror=ran()>}$`,
      '$<img src=x onerror=ran()>$',
      String.raw`$\def\a{\a\a}\a$`,
      String.raw`$\rule{9999em}{9999em}$`,
      String.raw`$\frac{1$`,
    ].join('\n\n')
    const shown = await page.evaluate(async (text) => {
      const { renderMarkdown } = (
        globalThis as unknown as {
          markdownModule: { renderMarkdown: (text: string) => DocumentFragment }
        }
      ).markdownModule
      const place = document.body
      place.replaceChildren(renderMarkdown(text))
      const formulas = [...place.querySelectorAll('.formula')]
      const isDrawn = (formula: Element): boolean =>
        formula.matches('.formula-problem') || formula.querySelector('.katex') !== null
      while (!formulas.every(isDrawn)) await new Promise((resolve) => setTimeout(resolve, 5))
      const all = [...place.querySelectorAll('*')]
      return {
        drawn: formulas.map((formula) => formula.querySelector('.katex') !== null),
        strange: all
          .map(({ localName }) => localName)
          .filter((name) => ['a', 'img', 'script', 'iframe'].includes(name)),
        named: all.filter((one) => one.matches('[id], [name], [data-cell], .dialog')).length,
        handlers: all.flatMap((one) => one.getAttributeNames()).filter((n) => n.startsWith('on')),
        widest: Math.max(...all.map((one) => one.getBoundingClientRect().height)),
        texts: [...place.querySelectorAll('.formula-problem')].map(
          ({ textContent }) => textContent,
        ),
      }
    }, source)
    expect(shown).toMatchObject({ strange: [], named: 0, handlers: [] })
    expect(shown.drawn[0]).toBe(true)
    expect(shown.drawn.at(-1)).toBe(false)
    expect(shown.texts.at(-1)).toContain(String.raw`\frac{1`)
    expect(shown.widest).toBeLessThan(5_000)
  })

  test('writes headings, titles and alternative texts as text (CVE-2024-22420)', async () => {
    await using browser = await launchBrowser()
    const page = await browser.newPage()
    await page.addScriptTag({ content: bundle })
    for (const markup of MARKUP) {
      const { text, strange } = await show(page, `# \`${markup.replaceAll('`', '')}\``)
      expect([text.trim(), strange]).toEqual([markup, []])
    }
  })

  test('shows images of the notebook itself, and no others (CVE-2021-32862)', async () => {
    const attached = (type: string, data: unknown): readonly [string, object] => [
      '![x](attachment:a.png) ![y](attachment:__proto__) ![z](attachment:%zz)',
      { 'a.png': { [type]: data } },
    ]
    const sources = [
      attached('image/svg+xml', 'PHN2Zz4='),
      attached('text/html', 'PHNjcmlwdD4='),
      attached('image/png;base64,AAAA" onerror="window.ran=1', 'AAAA'),
      attached('image/png', `AAAA" onerror="${RUN}`),
      attached('image/png', { toString: RUN }),
      `![x](${EVIL}/a.png)`,
      '![x](/api/files/content?path=a.png)',
      '![x](data:image/svg+xml;base64,PHN2Zz4=)',
      `![x](x"onerror="${RUN})`,
    ]
    expect(await misdeeds(sources)).toEqual([])
    await using browser = await launchBrowser()
    const page = await browser.newPage()
    await page.addScriptTag({ content: bundle })
    await show(page, '![x](attachment:a.png)', { 'a.png': { 'image/png': 'AAAA' } })
    expect(await page.locator('img').getAttribute('src')).toBe('data:image/png;base64,AAAA')
  })
})
