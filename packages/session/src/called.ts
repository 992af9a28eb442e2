/** A function of the driver that calls back with an error or with nothing, as a promise. */
export async function called(
  start: (done: (error: Error | undefined) => void) => void,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    start((error) => {
      if (error) reject(error)
      else resolve()
    })
  })
}
