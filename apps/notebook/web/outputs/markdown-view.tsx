import { useLayoutEffect, useRef, type ReactElement } from 'react'
import { renderMarkdown } from './markdown.ts'

export function MarkdownView(props: {
  readonly source: string
  readonly attachments?: Readonly<Record<string, unknown>> | undefined
}): ReactElement {
  const element = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    element.current?.replaceChildren(renderMarkdown(props.source, props.attachments))
  }, [props.source, props.attachments])
  return <div className="prose" ref={element} />
}
