import { imageBesideAddress } from '../connection/server-api.ts'
import type { ImageBeside } from './markdown.ts'

/**
 * Puts images that stand beside a notebook in the place of their words; where there is none to show, the words stay.
 *
 * @returns Ends what is still on its way and gives the images' memory back.
 */
export function showImagesBeside(notebook: string, images: readonly ImageBeside[]): () => void {
  const ending = new AbortController()
  const shown: string[] = []
  for (const image of images) {
    void maybeImage(imageBesideAddress(notebook, image.address), ending.signal).then((blob) => {
      if (blob === undefined || ending.signal.aborted) return undefined
      const element = document.createElement('img')
      element.src = URL.createObjectURL(blob)
      element.alt = image.alt
      if (image.title !== '') element.title = image.title
      shown.push(element.src)
      image.words.replaceWith(element)
      return undefined
    })
  }
  return () => {
    ending.abort()
    for (const address of shown) URL.revokeObjectURL(address)
  }
}

/** A server that is gone or refuses leaves the words: what the connection is like is said elsewhere on the page. */
async function maybeImage(address: string, signal: AbortSignal): Promise<Blob | undefined> {
  try {
    const response = await fetch(address, {
      headers: { 'x-spcs-notebook': '1' },
      credentials: 'same-origin',
      signal,
    })
    return response.status === 200 ? await response.blob() : undefined
  } catch {
    return undefined
  }
}
