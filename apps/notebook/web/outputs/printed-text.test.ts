import { describe, expect, test } from 'vitest'
import { foldPrintedLines, styleLines } from './printed-text.ts'

const ESC = '\x1b'

describe('foldPrintedLines()', () => {
  test.each([
    ['a\nb', ['a', 'b']],
    ['10 %\r20 %\r100 %\ndone', ['100 %', 'done']],
    ['long text\rab', ['abng text']],
    ['windows\r\nlines', ['windows', 'lines']],
    ['abc\b\bX', ['aXc']],
    ['\b\bx', ['x']],
    [`${ESC}[2J${ESC}[Hclean`, ['clean']],
    [`${ESC}]0;title\x07text`, ['text']],
    [`${ESC}]8;;javascript:alert(1)${ESC}\\click${ESC}]8;;${ESC}\\`, ['click']],
    [`${ESC}]52;c;aGk=${ESC}\\text`, ['text']],
    [`${ESC}P+q544e${ESC}\\text`, ['text']],
    [`${ESC}[31mred${ESC}[0m`, [`${ESC}[31mred${ESC}[0m`]],
    [`${ESC}[>4;1mtext`, ['text']],
    ['bell\x07 null\x00', ['bell null']],
    ['👩‍🚀\r🙂', ['🙂‍🚀']],
  ])('%j', (text, lines) => {
    expect(foldPrintedLines(text)).toEqual(lines)
  })

  test('keeps the style of a character that is written over', () => {
    const lines = foldPrintedLines(`${ESC}[31m#....${ESC}[0m\r${ESC}[32m##`)
    const pieces = styleLines(lines, []).map(({ text, className }) => [text, className])
    expect(pieces).toEqual([
      ['##', 'ansi-green-fg'],
      ['...', 'ansi-red-fg'],
    ])
  })
})

describe('styleLines()', () => {
  test('gives each piece its colours and decorations', () => {
    const pieces = styleLines(
      [`plain ${ESC}[1;31mred${ESC}[0m ${ESC}[38;5;208morange${ESC}[0m`],
      [],
    )
    expect(pieces.map(({ text, className, color }) => [text, className, color])).toEqual([
      ['plain ', '', undefined],
      ['red', 'ansi-bold ansi-red-fg', undefined],
      [' ', '', undefined],
      ['orange', '', 'rgb(255, 135, 0)'],
    ])
  })

  test('starts in the style that the lines before have left', () => {
    const [piece] = styleLines(['still red'], [`${ESC}[31mred`])
    expect(piece?.className).toBe('ansi-red-fg')
  })

  test('takes markup as text (CVE-2015-4706, CVE-2015-4707)', () => {
    const text = '<img src=x onerror=alert(1)> & "quotes"'
    expect(styleLines([text], [])[0]?.text).toBe(text)
  })
})
