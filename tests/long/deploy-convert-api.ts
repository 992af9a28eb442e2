import { connect } from '@spcs/session'
import { loadConfig, type SpcsConfig } from '../../scripts/config.ts'
import { deployAll } from '../../scripts/deploy.ts'
import { Progress } from '../../scripts/progress.ts'

/** The project's configuration with convert-api alone, run by the specification in a file. */
export async function convertApiConfig(spec: string): Promise<SpcsConfig> {
  const config = await loadConfig({ options: {} })
  const workloads = config.workloads
    .filter(({ name }) => name === 'convert-api')
    .map((workload) => ({ ...workload, spec }))
  return { ...config, workloads }
}

export async function deployConvertApi(accessUrl: string, spec: string): Promise<void> {
  await using session = await connect({
    accessUrl,
    account: 'LOCAL',
    user: 'ADMIN',
    password: 'admin',
  })
  const { signal } = new AbortController()
  await deployAll(session, await convertApiConfig(spec), {
    options: {},
    signal,
    progress: new Progress(),
  })
}
