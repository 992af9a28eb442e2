import { expect, test } from 'vitest'

const sources = import.meta.glob<string>(['./**/*.{ts,tsx}', '!./**/*.test.ts', '!./testing/**'], {
  query: '?raw',
  import: 'default',
  eager: true,
})

/** Every way by which a text becomes markup or code, or the page a handler of addresses. */
const SINKS =
  /\b(?:innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|createContextualFragment|DOMParser|srcdoc|srcDoc|setHTMLUnsafe|registerProtocolHandler|allowProposedApi)\b|document\.write|\beval\(|new Function\b/

test(
  'no text of a notebook, name of a file or error becomes markup: the page has no sink for it ' +
    '(CVE-2015-6938, CVE-2018-19352, CVE-2021-41134, CVE-2024-22420, CVE-2015-4706, CVE-2015-4707, CVE-2016-6524, CVE-2023-35174)',
  () => {
    expect(Object.keys(sources).length).toBeGreaterThan(30)
    const found = Object.entries(sources).flatMap(([name, text]) =>
      text
        .split('\n')
        .flatMap((line, at) => (SINKS.test(line) ? [`${name}:${at + 1} ${line}`] : [])),
    )
    expect(found).toEqual([])
  },
)

test('our own listeners find nothing by names that content can take (CVE-2024-43805, GHSA-9q39-rmj3-p4r2, CVE-2026-40171)', () => {
  const lookups = Object.entries(sources).flatMap(([name, text]) =>
    [
      ...text.matchAll(
        /getElementById|getElementsByName|document\.forms|document\.querySelector\w*\([^)]*\)/g,
      ),
    ].map(([lookup]) => `${name} ${lookup}`),
  )
  // Before anything is shown.
  expect(lookups).toEqual(["./main.tsx document.querySelector('#root')"])
})
