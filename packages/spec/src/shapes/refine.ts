import type { Shape } from './shape.ts'

/** A shape whose value is completed after it was read: `Written` is what users may leave out of `T`. */
export function refine<Written, T extends Written>(
  shape: Shape<Written>,
  complete: (written: Written) => T,
): Shape<T> {
  return {
    read(node, place, reading) {
      const written = shape.read(node, place, reading)
      return written === undefined ? undefined : complete(written)
    },
    write: (value) => shape.write(value),
    schema: shape.schema,
  }
}
