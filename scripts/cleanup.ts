import { createInterface } from 'node:readline/promises'
import {
  type DesiredState,
  dropComputePoolSql,
  dropDatabaseSql,
  dropExternalAccessIntegrationSql,
  dropRoleSql,
  dropServiceSql,
  dropUserSql,
  dropWarehouseSql,
  readActualState,
  stopAllInComputePoolSql,
} from '@spcs/deploy'
import type { Session } from '@spcs/session'
import { printIdentifier } from '@spcs/sql'
import { connectionOptions, openSession } from './account.ts'
import { loadConfig, type SpcsConfig } from './config.ts'
import { desiredWorkloads } from './desired-workloads.ts'
import { CliError } from './errors.ts'
import type { Progress } from './progress.ts'
import { protectionOptions, requireUnprotected } from './protection.ts'
import type { Verb } from './verb.ts'

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
    const found = await findDeployed(session, config)
    if (found.length > 0) {
      progress.note(
        `This drops, with all that is in them:\n${found.map((object) => `  ${object}`).join('\n')}`,
      )
      if (options['yes'] !== true) await confirm()
      await dropAll(session, config, progress)
    }
    const left = await findDeployed(session, config)
    output.result({ dropped: found, left }, `${found.length} objects dropped, ${left.length} left.`)
  },
}

/** What there is of everything that the configuration names: `service CONTAINER_HOL_DB.PUBLIC.CONVERT_API`. */
export async function findDeployed(session: Session, config: SpcsConfig): Promise<string[]> {
  const workloads = await desiredWorkloads(config, new Map())
  const { grants: _gone, ...account } = config.account
  const desired: DesiredState = { ...account, ...config.objects, ...workloads }
  await session.execute(`USE ROLE ${printIdentifier(config.adminRole)}`)
  const { objects } = await readActualState(session, desired)
  return [...objects.keys()]
}

/** Drops from the inside out; what is gone already is no error. */
export async function dropAll(
  session: Session,
  { adminRole, account, objects, workloads }: SpcsConfig,
  progress: Progress,
): Promise<void> {
  const drop = async (title: string, sql: string): Promise<void> => {
    await progress.step(title, () => session.execute(sql))
  }
  await session.execute(`USE ROLE ${printIdentifier(adminRole)}`)
  for (const { service } of workloads)
    await drop(`Drop service ${service}`, dropServiceSql(service))
  for (const { name } of objects.computePools ?? []) {
    await drop(`Stop all in compute pool ${name}`, stopAllInComputePoolSql(name))
    await drop(`Drop compute pool ${name}`, dropComputePoolSql(name))
  }
  for (const { name } of objects.externalAccessIntegrations ?? []) {
    await drop(`Drop integration ${name}`, dropExternalAccessIntegrationSql(name))
  }
  // Functions, stages, tables and images go with their database.
  for (const { name } of objects.databases ?? [])
    await drop(`Drop database ${name}`, dropDatabaseSql(name))
  for (const { name } of objects.warehouses ?? [])
    await drop(`Drop warehouse ${name}`, dropWarehouseSql(name))
  for (const { name } of account.users ?? []) await drop(`Drop user ${name}`, dropUserSql(name))
  for (const { name } of account.roles ?? []) await drop(`Drop role ${name}`, dropRoleSql(name))
}

/** @throws {CliError} `CONFIRMATION_REQUIRED` without a terminal to ask at, `INTERRUPTED` for a no. */
async function confirm(): Promise<void> {
  if (!process.stdin.isTTY) {
    throw new CliError('CONFIRMATION_REQUIRED', 'Cannot drop objects: nobody is there to ask', {
      hint: 'Add --yes if you are sure',
    })
  }
  const prompt = createInterface({ input: process.stdin, output: process.stderr })
  const answer = await prompt.question('Drop them? [y/N] ')
  prompt.close()
  if (!/^y(es)?$/i.test(answer.trim())) {
    throw new CliError('INTERRUPTED', 'Cannot go on: you did not say yes', {
      hint: 'Nothing was dropped',
    })
  }
}
