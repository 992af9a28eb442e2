import { crc32, deflateSync } from 'node:zlib'

/** The canvas on which Plot paints colour ramps and rasters: pixels that become a PNG. */
export class Canvas {
  width = 300
  height = 150
  #pixels: Uint8ClampedArray | undefined

  getContext(kind: string): CanvasPainter {
    if (kind !== '2d') throw new TypeError(`Cannot paint on a canvas by "${kind}": only by "2d"`)
    return new CanvasPainter(this)
  }

  /** RGBA, row by row. */
  get pixels(): Uint8ClampedArray {
    this.#pixels ??= new Uint8ClampedArray(this.width * this.height * 4)
    return this.#pixels
  }

  toDataURL(): string {
    return `data:image/png;base64,${encodePng(this.width, this.height, this.pixels).toString('base64')}`
  }
}

interface ImageData {
  readonly width: number
  readonly height: number
  readonly data: Uint8ClampedArray
}

class CanvasPainter {
  fillStyle = '#000'
  readonly #canvas: Canvas

  constructor(canvas: Canvas) {
    this.#canvas = canvas
  }

  fillRect(left: number, top: number, width: number, height: number): void {
    const { pixels, width: rowWidth } = this.#canvas
    const colour = parseColour(this.fillStyle)
    for (let y = top; y < top + height; y += 1) {
      for (let x = left; x < left + width; x += 1) pixels.set(colour, (y * rowWidth + x) * 4)
    }
  }

  createImageData(width: number, height: number): ImageData {
    return { width, height, data: new Uint8ClampedArray(width * height * 4) }
  }

  putImageData({ width, height, data }: ImageData, left: number, top: number): void {
    const { pixels, width: rowWidth } = this.#canvas
    for (let y = 0; y < height; y += 1) {
      const row = data.subarray(y * width * 4, (y + 1) * width * 4)
      pixels.set(row, ((top + y) * rowWidth + left) * 4)
    }
  }
}

/** Colours as d3's interpolators write them. */
function parseColour(text: string): readonly [number, number, number, number] {
  const hex = /^#([\da-f]{3}|[\da-f]{6})$/i.exec(text)?.[1]
  if (hex !== undefined) {
    const long = hex.length === 3 ? hex.replaceAll(/./g, '$&$&') : hex
    const digits = long.match(/../g)
    const [red = 0, green = 0, blue = 0] = (digits ?? []).map((digit) => Number.parseInt(digit, 16))
    return [red, green, blue, 255]
  }
  if (!/^rgba?\(/.test(text)) {
    throw new TypeError(`Cannot paint in "${text}": only #rgb, #rrggbb, rgb() and rgba() are known`)
  }
  const [red = 0, green = 0, blue = 0, alpha = 1] = (text.match(/[\d.]+/g) ?? []).map(Number)
  return [red, green, blue, alpha * 255]
}

/** @see https://www.w3.org/TR/png-3/ */
function encodePng(width: number, height: number, pixels: Uint8ClampedArray): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 6, 0, 0, 0], 8) // 8 bits each of red, green, blue and alpha
  const rows = Buffer.alloc((width * 4 + 1) * height)
  for (let y = 0; y < height; y += 1) {
    rows.set(pixels.subarray(y * width * 4, (y + 1) * width * 4), y * (width * 4 + 1) + 1)
  }
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const check = Buffer.alloc(4)
  check.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, check])
}
