import { crc32, deflateSync, inflateSync } from 'node:zlib'

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const MOST_COLOURS = 256
/** Colours of areas and of text, which stay exactly as they are. */
const EXACT_COLOURS = 128

/**
 * The same picture with at most 256 colours, which makes a page's picture a third of its bytes. It reads what a browser
 * writes: eight bits a channel, not interlaced.
 *
 * @see https://www.w3.org/TR/png-3/
 */
export function toIndexedPng(png: Buffer): Buffer {
  const chunks = [...chunksOf(png)]
  const header = chunks.find(({ type }) => type === 'IHDR')?.data
  const [width, height] = [header?.readUInt32BE(0) ?? 0, header?.readUInt32BE(4) ?? 0]
  const channels = { 2: 3, 6: 4 }[header?.[9] ?? 0]
  if (channels === undefined || header?.[8] !== 8 || header[12] !== 0) {
    throw new Error('Cannot read the picture: it is no PNG of eight bits a channel')
  }
  const packed = chunks.flatMap(({ type, data }) => (type === 'IDAT' ? [data] : []))
  const colours = coloursIn(inflateSync(Buffer.concat(packed)), width, height, channels)
  const palette = paletteOf(colours)
  const indexes = indexesIn(palette)
  const rows = Buffer.alloc((width + 1) * height)
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      // Each row begins with its filter, which is none.
      rows[row * (width + 1) + 1 + column] = indexes(colours[row * width + column] ?? 0)
    }
  }
  const indexed = Buffer.from(header)
  indexed[9] = 3
  return Buffer.concat([
    SIGNATURE,
    printChunk('IHDR', indexed),
    printChunk('PLTE', Buffer.from(palette.flatMap(channelsOf))),
    printChunk('IDAT', deflateSync(rows, { level: 9 })),
    printChunk('IEND', Buffer.alloc(0)),
  ])
}

function* chunksOf(png: Buffer): Generator<{ readonly type: string; readonly data: Buffer }> {
  for (let at = SIGNATURE.length; at < png.length;) {
    const length = png.readUInt32BE(at)
    yield {
      type: png.toString('latin1', at + 4, at + 8),
      data: png.subarray(at + 8, at + 8 + length),
    }
    at += 12 + length
  }
}

function printChunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const check = Buffer.alloc(4)
  check.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, check])
}

/** Takes the rows' filters away: the colour of each pixel as one number. */
function coloursIn(bytes: Buffer, width: number, height: number, channels: number): Uint32Array {
  const stride = width * channels
  const colours = new Uint32Array(width * height)
  let above: Uint8Array = Buffer.alloc(stride)
  for (let row = 0; row < height; row++) {
    const start = row * (stride + 1)
    const filter = bytes[start] ?? 0
    const line = bytes.subarray(start + 1, start + 1 + stride)
    for (let at = 0; at < stride; at++) {
      const left = at < channels ? 0 : (line[at - channels] ?? 0)
      const corner = at < channels ? 0 : (above[at - channels] ?? 0)
      line[at] = (line[at] ?? 0) + predict(filter, left, above[at] ?? 0, corner)
    }
    for (let column = 0; column < width; column++) {
      colours[row * width + column] = line.readUIntBE(column * channels, 3)
    }
    above = line
  }
  return colours
}

function predict(filter: number, left: number, up: number, corner: number): number {
  switch (filter) {
    case 1:
      return left
    case 2:
      return up
    case 3:
      return (left + up) >> 1
    case 4: {
      const [toLeft, toUp] = [Math.abs(up - corner), Math.abs(left - corner)]
      const toCorner = Math.abs(left + up - 2 * corner)
      if (toLeft <= toUp && toLeft <= toCorner) return left
      return toUp <= toCorner ? up : corner
    }
    default:
      return 0
  }
}

/** The most frequent colours, and of the others some so far apart that there are no more than a palette holds. */
function paletteOf(colours: Uint32Array): readonly number[] {
  const counts = new Map<number, number>()
  for (const colour of colours) counts.set(colour, (counts.get(colour) ?? 0) + 1)
  const frequent = [...counts]
    .toSorted(([, one], [, other]) => other - one)
    .map(([colour]) => colour)
  for (let apart = 0; ; apart += 4) {
    const palette: number[] = []
    for (const colour of frequent) {
      const isExact = palette.length < EXACT_COLOURS
      const isNew = isExact || palette.every((each) => distance(each, colour) > apart * apart)
      if (isNew) palette.push(colour)
      if (palette.length > MOST_COLOURS) break
    }
    if (palette.length <= MOST_COLOURS) return palette
  }
}

function indexesIn(palette: readonly number[]): (colour: number) => number {
  const known = new Map(palette.map((colour, index) => [colour, index]))
  return (colour) => {
    const index = known.get(colour)
    if (index !== undefined) return index
    let nearest = 0
    for (const [at, each] of palette.entries()) {
      if (distance(each, colour) < distance(palette[nearest] ?? 0, colour)) nearest = at
    }
    known.set(colour, nearest)
    return nearest
  }
}

function distance(one: number, other: number): number {
  const [red = 0, green = 0, blue = 0] = channelsOf(one)
  const [otherRed = 0, otherGreen = 0, otherBlue = 0] = channelsOf(other)
  return (red - otherRed) ** 2 + (green - otherGreen) ** 2 + (blue - otherBlue) ** 2
}

function channelsOf(colour: number): readonly number[] {
  return [colour >> 16, (colour >> 8) & 255, colour & 255]
}
