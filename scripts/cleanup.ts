import { createInterface } from 'node:readline/promises'
import { applyDrop, type CleanupPlan, type KeptObject, readCleanup } from '@spcs/deploy'
import type { Session } from '@spcs/session'
import { connectionOptions, openSession } from './account.ts'
import { loadConfig, type SpcsConfig } from './config.ts'
import { CliError } from './errors.ts'
import { protectionOptions, requireUnprotected } from './protection.ts'
import type { Invocation, Verb } from './verb.ts'

/** More than a screen is read by nobody. */
const MOST_CONTENTS = 30

export const cleanup: Verb = {
  name: 'cleanup',
  summary: 'Drops everything that deploy made, data included; asks first',
  options: {
    ...connectionOptions,
    ...protectionOptions,
    yes: { type: 'boolean', short: 'y', help: 'do not ask' },
  },
  async run(invocation) {
    const { options, output, progress } = invocation
    const config = await loadConfig(invocation)
    requireUnprotected(config, 'drop what deploy made', options)
    await using session = await openSession(invocation)
    const plan = await progress.step('Look what there is', () =>
      readCleanup(session, wishesOf(config)),
    )
    if (plan.drops.length > 0) {
      progress.note(describeCleanup(plan).join('\n'))
      if (options['yes'] !== true) await confirm(session.isLocal ? 'yes' : config.database)
      await applyCleanup(session, plan, invocation)
    }
    const { drops: left } = await readCleanup(session, wishesOf(config))
    const dropped = plan.drops.map(({ object }) => object)
    output.result(
      { dropped, kept: plan.kept, left: left.map(({ object }) => object) },
      [
        dropped.length === 0 ? 'Nothing to drop.' : `${dropped.length} objects dropped.`,
        ...plan.kept.map(describeKept),
        ...left.map(({ object }) => `Left: ${object}`),
      ].join('\n'),
    )
  },
}

/** What cleanup would drop of a configuration. */
export async function findDeployed(session: Session, config: SpcsConfig): Promise<string[]> {
  const { drops } = await readCleanup(session, wishesOf(config))
  return drops.map(({ object }) => object)
}

/** Drops what a configuration names, without asking. */
export async function dropAll(
  session: Session,
  config: SpcsConfig,
  invocation: Pick<Invocation, 'progress' | 'signal'>,
): Promise<void> {
  await applyCleanup(session, await readCleanup(session, wishesOf(config)), invocation)
}

async function applyCleanup(
  session: Session,
  { drops }: CleanupPlan,
  { progress, signal }: Pick<Invocation, 'progress' | 'signal'>,
): Promise<void> {
  for (const drop of drops) {
    await progress.step(`Drop ${drop.object}`, (onProgress) =>
      applyDrop(session, drop, { onProgress, signal }),
    )
  }
}

function wishesOf(config: SpcsConfig): Parameters<typeof readCleanup>[1] {
  const { adminRole, role, database, schema, account, objects, workloads } = config
  return {
    adminRole,
    role,
    schema: `${database}.${schema}`,
    account,
    objects,
    services: workloads.map(({ service }) => service),
    functions: workloads.flatMap(({ functions, service }) =>
      functions.map((fn) => ({ ...fn, service })),
    ),
  }
}

/** What is lost: each object, and in each database what has rows, files or images, or is somebody else's. */
function describeCleanup({ drops, kept }: CleanupPlan): string[] {
  const lines = drops.flatMap(({ object, contents }) => {
    const told = contents.filter(({ size, isOurs }) => size !== '' || !isOurs)
    const shown = told.slice(0, MOST_CONTENTS).map((content) => {
      const size = content.size === '' ? '' : `, ${content.size}`
      return `    ${content.object}${size}${content.isOurs ? '' : ' (not in spcs.config.ts)'}`
    })
    const more = told.length - shown.length
    return [`  ${object}`, ...shown, ...(more > 0 ? [`    and ${more} more`] : [])]
  })
  return ['This drops, with all that is in them:', ...lines, ...kept.map(describeKept)]
}

function describeKept({ object, why }: KeptObject): string {
  return `Kept: ${object}, because ${why}`
}

/**
 * @param word What has to be typed: in a real account the name of the database, so that no habit destroys it.
 * @throws {CliError} `CONFIRMATION_REQUIRED` without a terminal to ask at, `INTERRUPTED` for anything else.
 */
async function confirm(word: string): Promise<void> {
  if (!process.stdin.isTTY) {
    throw new CliError('CONFIRMATION_REQUIRED', 'Cannot drop objects: nobody is there to ask', {
      hint: 'Add --yes if you are sure',
    })
  }
  const prompt = createInterface({ input: process.stdin, output: process.stderr })
  const answer = await prompt.question(`Type "${word}" to drop them: `)
  prompt.close()
  if (answer.trim() !== word) {
    throw new CliError('INTERRUPTED', `Cannot go on: you did not type "${word}"`, {
      hint: 'Nothing was dropped',
    })
  }
}
