import {
  type AccountStatus,
  foreignServices,
  readAccountStatus,
  suspendComputePoolSql,
  suspendServiceSql,
} from '@spcs/deploy'
import type { Session } from '@spcs/session'
import { connectionOptions, openProject } from './account.ts'
import { loadConfig, type SpcsConfig } from './config.ts'
import type { Progress } from './progress.ts'
import { protectionOptions, requireUnprotected } from './protection.ts'
import { namedServices } from './service-name.ts'
import type { Verb } from './verb.ts'

export const suspend: Verb = {
  name: 'suspend',
  summary: 'Pauses services, and their compute pools unless services are named; nothing is lost',
  positionals: '[SERVICE...]',
  options: { ...connectionOptions, ...protectionOptions },
  async run(invocation) {
    const { options, positionals, progress, output } = invocation
    const config = await loadConfig(invocation)
    requireUnprotected(config, 'suspend services and compute pools', options)
    await using session = await openProject(invocation, config)
    const services = namedServices(config, positionals)
    const found = await readStatus(session, config, services)
    const plan = await planSuspend(session, config, found, { withPools: positionals.length === 0 })
    await applySuspend(session, plan, progress)
    const { suspended, stillCosts } = describe(plan)
    output.result(
      { suspended, stillCosts },
      [
        suspended.length === 0 ? 'Nothing to suspend.' : `${suspended.join(', ')} suspended.`,
        ...stillCosts.map((cost) => `Still costs: ${cost}`),
        '`npx spcs resume` goes on.',
      ].join('\n'),
    )
  },
}

/** Pauses everything that a configuration names. */
export async function suspendAll(
  session: Session,
  config: SpcsConfig,
  progress: Progress,
): Promise<void> {
  const found = await readStatus(session, config, namedServices(config, []))
  await applySuspend(
    session,
    await planSuspend(session, config, found, { withPools: true }),
    progress,
  )
}

/** What is to be paused, and what goes on costing. */
interface SuspendPlan {
  readonly services: readonly string[]
  readonly computePools: readonly string[]
  readonly stillCosts: readonly string[]
}

const PAUSED = new Set(['SUSPENDED', 'SUSPENDING', 'STOPPING', 'MISSING'])

function readStatus(
  session: Session,
  { objects }: SpcsConfig,
  services: readonly string[],
): Promise<AccountStatus> {
  return readAccountStatus(session, {
    services,
    computePools: (objects.computePools ?? []).map(({ name }) => name),
    warehouses: (objects.warehouses ?? []).map(({ name }) => name),
  })
}

async function planSuspend(
  session: Session,
  config: SpcsConfig,
  { services, computePools, warehouses }: AccountStatus,
  { withPools }: { readonly withPools: boolean },
): Promise<SuspendPlan> {
  const own = namedServices(config, [])
  const stillCosts: string[] = []
  const pools: string[] = []
  for (const { name, state, activeNodes, idleNodes, instanceFamily } of computePools) {
    if (PAUSED.has(state)) continue
    const nodes = `compute pool ${name}, nodes ${instanceFamily}: ${activeNodes + idleNodes}`
    const others = withPools ? await foreignServices(session, name, own) : []
    if (!withPools) stillCosts.push(nodes)
    else if (others.length > 0) stillCosts.push(`${nodes}, because ${others.join(', ')} runs in it`)
    else pools.push(name)
  }
  for (const { name, state, size, autoSuspendSecs } of warehouses) {
    if (PAUSED.has(state)) continue
    const until = autoSuspendSecs > 0 ? `until ${autoSuspendSecs} s after its last query` : 'always'
    stillCosts.push(`warehouse ${name}, ${size}, ${until}`)
  }
  return {
    services: services.filter(({ status }) => !PAUSED.has(status)).map(({ name }) => name),
    computePools: pools,
    stillCosts,
  }
}

async function applySuspend(
  session: Session,
  { services, computePools }: SuspendPlan,
  progress: Progress,
): Promise<void> {
  for (const service of services) {
    await progress.step(`Suspend service ${service}`, () =>
      session.execute(suspendServiceSql(service)),
    )
  }
  for (const name of computePools) {
    await progress.step(`Suspend compute pool ${name}`, () =>
      session.execute(suspendComputePoolSql(name)),
    )
  }
}

function describe({ services, computePools, stillCosts }: SuspendPlan): {
  readonly suspended: string[]
  readonly stillCosts: readonly string[]
} {
  const pools = computePools.map((name) => `compute pool ${name}`)
  return { suspended: [...services.map((name) => `service ${name}`), ...pools], stillCosts }
}
