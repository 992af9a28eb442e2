import { useLayoutEffect, useRef, type ReactElement } from 'react'
import { showImagesBeside } from './images-beside.ts'
import { renderMarkdown, type ImageBeside } from './markdown.ts'

export function MarkdownView(props: {
  readonly source: string
  readonly attachments?: Readonly<Record<string, unknown>> | undefined
  /** The path of the notebook beside which its images are; without it they stay words. */
  readonly notebook?: string | undefined
}): ReactElement {
  const element = useRef<HTMLDivElement>(null)
  const { source, attachments, notebook } = props
  useLayoutEffect(() => {
    const beside: ImageBeside[] = []
    element.current?.replaceChildren(
      renderMarkdown(source, attachments, (image) => beside.push(image)),
    )
    return notebook === undefined ? undefined : showImagesBeside(notebook, beside)
  }, [source, attachments, notebook])
  return <div className="prose" ref={element} />
}
