import { hostname } from 'node:os'
import { isAlive, maybeProcessIdentity, type ProcessIdentity } from '../../process-identity.ts'
import type { Engine } from './engine.ts'

export type Labels = Readonly<Record<string, string>>

/** Whose a container, network or volume is: the state directory of its account, and the process that this runs in. */
const ACCOUNT = 'spcs.account'
const PROCESS = 'spcs.process'
const MACHINE = 'spcs.machine'

/** What everything that this process makes in the engine carries. */
export function ownLabels(directory: string): Labels {
  return {
    [ACCOUNT]: directory,
    [PROCESS]: JSON.stringify(maybeProcessIdentity(process.pid) ?? {}),
    [MACHINE]: hostname(),
  }
}

/** Removes the containers, networks and volumes of the account, and those of accounts that were killed on this machine. */
export async function removeLeftOvers(engine: Engine, directory: string): Promise<void> {
  const filters = { label: [ACCOUNT] }
  const containers = await engine.json<readonly Found[]>('GET', '/containers/json', {
    query: { all: true, filters },
  })
  await Promise.all(
    containers
      .filter(({ Labels: labels }) => isLeftOver(labels ?? {}, directory))
      .map(({ Id }) => removeContainer(engine, Id)),
  )
  const networks = await engine.json<readonly Found[]>('GET', '/networks', { query: { filters } })
  await Promise.all(
    networks
      .filter(({ Labels: labels }) => isLeftOver(labels ?? {}, directory))
      .map(({ Id }) => engine.sendIfThere('DELETE', `/networks/${Id}`)),
  )
  const { Volumes: volumes } = await engine.json<{
    Volumes?: readonly { readonly Name: string; readonly Labels?: Labels | null }[] | null
  }>('GET', '/volumes', { query: { filters } })
  await Promise.all(
    (volumes ?? [])
      .filter(({ Labels: labels }) => isLeftOver(labels ?? {}, directory))
      .map(({ Name }) => engine.sendIfThere('DELETE', `/volumes/${Name}`)),
  )
}

/** Ends a container at once, if it still runs, and removes it. */
export function removeContainer(engine: Engine, id: string): Promise<void> {
  return engine.sendIfThere('DELETE', `/containers/${id}`, { query: { force: true, v: true } })
}

interface Found {
  readonly Id: string
  readonly Labels?: Labels | null
}

function isLeftOver(labels: Labels, directory: string): boolean {
  if (labels[ACCOUNT] === directory) return true
  if (labels[MACHINE] !== hostname()) return false
  try {
    return !isAlive(JSON.parse(labels[PROCESS] ?? '') as ProcessIdentity)
  } catch {
    return false // not written by us
  }
}
