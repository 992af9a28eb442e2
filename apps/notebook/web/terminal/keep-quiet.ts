import type { IParser } from '@xterm/xterm'

const TITLES_AND_CLIPBOARD = [0, 1, 2, 52]

/**
 * What a program prints is never told to the clipboard or the title, nor reported back as if it were typed: a file
 * that is merely shown could otherwise write the next command.
 */
export function keepQuiet(parser: IParser): void {
  for (const code of TITLES_AND_CLIPBOARD) parser.registerOscHandler(code, () => true)
  parser.registerCsiHandler({ final: 't' }, () => true)
  parser.registerDcsHandler({ intermediates: '$', final: 'q' }, () => true)
  parser.registerDcsHandler({ intermediates: '+', final: 'q' }, () => true)
}
