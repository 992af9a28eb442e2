import { setImmediate, setTimeout } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { OpenNotebook } from './open-notebook.ts'
import { Folder } from './testing/folder.ts'
import { TypingPage } from './testing/typing-page.ts'

const step = fc.record({
  what: fc.constantFrom('type', 'type', 'type', 'wait', 'wait', 'cut', 'connect', 'edit', 'reopen'),
  who: fc.nat(2),
  at: fc.nat(300),
})

/** Pages write at once, are cut off and come back, the server ends and starts, someone writes the file. */
test(
  'all pages and the file end with one text, and nothing typed is lost',
  { timeout: 60_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 80 }), async (steps) => {
        await using folder = await Folder.make()
        await folder.write('a.ipynb', ['a', 'start'])
        // No save of its own between the edit's read and write: without locks nobody can rule that out.
        const times = { quietMs: 60_000, mostMs: 60_000 }
        let notebook: OpenNotebook = await folder.open({ times })
        const pages = ['ann', 'bob', 'eve'].map((name) => new TypingPage(name, 'a'))
        for (const page of pages) page.connect(notebook)
        const typed: string[] = []
        for (const { what, who, at } of steps) {
          const page = pages[who]
          if (page === undefined) continue
          if (what === 'type') {
            const letter = String.fromCodePoint(0x4e00 + typed.length)
            typed.push(letter)
            page.type(at, 0, letter)
          } else if (what === 'wait') await setImmediate()
          else if (what === 'cut') page.cut()
          else if (what === 'connect') {
            page.cut()
            page.connect(notebook)
          } else if (what === 'edit') {
            const letter = String.fromCodePoint(0x4e00 + typed.length)
            typed.push(letter)
            await notebook.save()
            const cells = (await folder.read()).cells.map(({ id, source }): [string, string] => [
              id,
              id === 'a' ? `${letter}${source}` : source,
            ])
            await folder.write('a.ipynb', ...cells)
            // What is typed while the server reads the file is taken in too.
            const checked = notebook.checkFile()
            page.type(at, 0, '')
            await checked
          } else {
            await notebook.close()
            notebook = await folder.open({ times })
            for (const each of pages) each.connect(notebook)
          }
        }
        for (const page of pages) {
          page.cut()
          page.connect(notebook)
        }
        // Bounded by the test's time: each change takes an fsync.
        while (!pages.every(({ isAtRest }) => isAtRest)) await setTimeout(1)
        await notebook.save()
        await notebook.close()
        const texts = (await folder.read()).cells.map(({ source }) => source)
        expect(pages.map(({ text }) => text)).toEqual([texts[0], texts[0], texts[0]])
        for (const letter of typed) {
          expect(texts.join('')).toContain(letter)
          expect(texts[0]?.split(letter).length).toBeLessThanOrEqual(2)
        }
      }),
      { numRuns: 15 },
    )
  },
)
