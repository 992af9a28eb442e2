import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Session } from '@spcs/session'
import { toObjects } from '@spcs/sql'
import { getFromEndpoint } from './endpoint-request.ts'
import { CliError } from './errors.ts'
import type { Progress } from './progress.ts'

/** The folder of the notebook's volume on its stage. */
const VOLUME = '@VOLUMES/notebook'
const FILE = 'celsius.csv'

/**
 * Puts a file to the stage of the notebook's volume and finds it there; with a way in, also in the notebook itself.
 *
 * @param wayIn The notebook's address, and a session of someone who may use it.
 * @throws {CliError} `UNEXPECTED_RESULT` when the file does not show up.
 */
export async function tryVolume(
  session: Session,
  progress: Progress,
  wayIn?: { readonly url: string; readonly session: Session },
): Promise<void> {
  await progress.step(`Put ${FILE} to ${VOLUME}`, () => putExample(session))
  const listed = await progress.step(`List ${VOLUME}`, async () =>
    toObjects(await session.execute(`LIST ${VOLUME}`)).map(({ name }) => String(name)),
  )
  if (!listed.some((name) => name.endsWith(`/notebook/${FILE}`))) {
    throw notThere(VOLUME, listed.join(', '))
  }
  if (wayIn === undefined) return
  await progress.step(`Find ${FILE} in the notebook`, async () => {
    const { status, body } = await getFromEndpoint(new URL('/api/files', wayIn.url), wayIn.session)
    if (status !== 200 || !body.includes(FILE)) throw notThere(wayIn.url, `${status} ${body}`)
  })
}

async function putExample(session: Session): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'spcs-volume-'))
  try {
    await writeFile(join(folder, FILE), 'location,temp_c\nLondon,15\n')
    await session.putFile(join(folder, FILE), VOLUME)
  } finally {
    await rm(folder, { recursive: true })
  }
}

function notThere(place: string, found: string): CliError {
  return new CliError(
    'UNEXPECTED_RESULT',
    `Cannot go on: ${FILE} is not in ${place}: ${found.slice(0, 300)}`,
    { hint: 'Read the log of the service with `npx spcs logs`' },
  )
}
