import headless from '@xterm/headless'
import { describe, expect, test } from 'vitest'
import { keepQuiet } from './keep-quiet.ts'

const ESC = String.fromCharCode(0x1b)
const BEL = String.fromCharCode(0x07)
const ST = `${ESC}\\`
const COMMAND = 'touch pwned\n'

/** Writes to a terminal with every window report switched on, as the page has it but for that. */
async function shown(bytes: string): Promise<{ reports: string[]; titles: string[] }> {
  const terminal = new headless.Terminal({
    allowProposedApi: true, // headless has its parser behind it
    windowOptions: {
      getWinTitle: true,
      getIconTitle: true,
      getWinSizeChars: true,
      pushTitle: true,
    },
  })
  keepQuiet(terminal.parser)
  const [reports, titles]: [string[], string[]] = [[], []]
  terminal.onData((text) => reports.push(text))
  terminal.onBinary((text) => reports.push(text))
  terminal.onTitleChange((title) => titles.push(title))
  await new Promise<void>((resolve) => terminal.write(bytes, resolve))
  terminal.dispose()
  return { reports, titles }
}

describe('keepQuiet()', () => {
  test.each([
    ['a title and the question for it', `${ESC}]2;${COMMAND}${BEL}${ESC}[21t${ESC}[20t`],
    ['an icon title, ended by ST', `${ESC}]1;${COMMAND}${ST}${ESC}[20t`],
    [
      'both titles, pushed and popped',
      `${ESC}]0;${COMMAND}${BEL}${ESC}[22;0t${ESC}[23;0t${ESC}[21t`,
    ],
    ['the size of the window', `${ESC}[18t${ESC}[19t${ESC}[14t`],
    ['a setting, by DECRQSS', `${ESC}P$qm${ST}${ESC}P$q"p${ST}${ESC}P$q${COMMAND}${ST}`],
    ['a capability, by XTGETTCAP', `${ESC}P+q544e${ST}${ESC}P+q${COMMAND}${ST}`],
    ['the clipboard', `${ESC}]52;c;?${BEL}${ESC}]52;c;dG91Y2g=${BEL}`],
    ['the font', `${ESC}]50;${COMMAND}${BEL}${ESC}]50;?${BEL}`],
    ['files and notices of other terminals', `${ESC}]1337;File=:${COMMAND}${BEL}${ESC}]9;x${BEL}`],
    ['a private mode of tmux', `${ESC}Ptmux;${ESC}${ESC}]2;${COMMAND}${BEL}${ST}`],
    ['a device control string without end', `${ESC}P$q${'A'.repeat(100_000)}`],
    ['markup in one', `${ESC}P1;1|<img src=x onerror=alert(1)>${ST}`],
    ['an answerback', String.fromCharCode(5)],
  ])(
    'answers nothing to %s (CVE-2015-8971, CVE-2021-33477, CVE-2022-45063, CVE-2024-38396, CVE-2019-0542)',
    async (_name, bytes) => {
      expect(await shown(bytes)).toEqual({ reports: [], titles: [] })
    },
  )

  test('what is answered holds neither a line end nor text of the program (CVE-2022-45063)', async () => {
    const questions = `${ESC}[c${ESC}[>c${ESC}[5n${ESC}[6n${ESC}[?6n${ESC}[?2026$p${ESC}[?1$p`
    const colours = `${ESC}]4;1;?${BEL}${ESC}]10;?${BEL}${ESC}]11;?${BEL}${ESC}]10;touch${BEL}`
    const { reports } = await shown(`touch${questions}${colours}`)
    expect(reports.length).toBeGreaterThan(4)
    for (const report of reports) {
      expect(report.replaceAll(ESC, '')).toMatch(/^[\][?>;:$\w/\\]*$/)
      expect(report).not.toContain('touch')
    }
  })
})
