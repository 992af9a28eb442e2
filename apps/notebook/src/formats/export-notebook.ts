import type { Notebook } from '../notebook/notebook.ts'
import { inTurns } from './steps.ts'

export const EXPORT_FORMATS = ['mts', 'md', 'html'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

export function isExportFormat(text: string): text is ExportFormat {
  return (EXPORT_FORMATS as readonly string[]).includes(text)
}

/**
 * A notebook in another format. Each is loaded when it is asked for: the highlighter is large.
 *
 * @param name The notebook's file, for titles.
 * @param readImages Gives addresses that hold an image, by those that stand in Markdown.
 */
export async function exportNotebook(
  notebook: Notebook,
  name: string,
  format: ExportFormat,
  readImages: (addresses: ReadonlySet<string>) => Promise<ReadonlyMap<string, string>>,
): Promise<string> {
  switch (format) {
    case 'mts': {
      const { exportTypeScript } = await import('./export-typescript.ts')
      return await inTurns(exportTypeScript(notebook, name))
    }
    case 'md': {
      const { exportMarkdown } = await import('./export-markdown.ts')
      return await inTurns(exportMarkdown(notebook))
    }
    case 'html': {
      const { exportHtml } = await import('./export-html.ts')
      const { imageAddresses } = await import('./html/markdown-html.ts')
      const texts = notebook.cells.filter(({ kind }) => kind === 'markdown')
      const addresses = new Set(texts.flatMap(({ source }) => imageAddresses(source)))
      return await inTurns(exportHtml(notebook, name, await readImages(addresses)))
    }
  }
}
