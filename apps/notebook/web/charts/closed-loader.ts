import type { Loader } from 'vega'

const IMAGE = /^data:image\/(?:png|jpeg|gif|webp);base64,[A-Za-z\d+/]+={0,2}$/

/**
 * Loads nothing from anywhere, and lets no mark be a link. An image may stand in the specification itself.
 *
 * @param onRefused Told each address that the chart wanted.
 */
export function closedLoader(onRefused: (address: string) => void): Loader {
  const refuse = (address: unknown): Promise<never> => {
    onRefused(String(address))
    return Promise.reject(new Error(`Charts load nothing: ${String(address)}`))
  }
  return {
    load: refuse,
    http: refuse,
    file: refuse,
    sanitize: (address: unknown, options: { readonly context?: string }) => {
      const isImage = options.context === 'image' && typeof address === 'string'
      return isImage && IMAGE.test(address) ? Promise.resolve({ href: address }) : refuse(address)
    },
  }
}
