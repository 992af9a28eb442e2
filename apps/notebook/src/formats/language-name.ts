import type { Cell } from '../notebook/notebook.ts'

const NAMES: Readonly<Record<string, string>> = {
  python: 'Python',
  r: 'R',
  julia: 'Julia',
  scala: 'Scala',
  java: 'Java',
  html: 'HTML',
  json: 'JSON',
  bash: 'Bash',
}

/** What a reader calls the language of a cell. */
export function languageName({ kind, language }: Pick<Cell, 'kind' | 'language'>): string {
  if (language !== undefined)
    return Object.hasOwn(NAMES, language) ? (NAMES[language] ?? '') : language
  switch (kind) {
    case 'typescript':
      return 'TypeScript'
    case 'sql':
      return 'SQL'
    case 'markdown':
      return 'Markdown'
    case 'raw':
      return 'Raw'
  }
}
