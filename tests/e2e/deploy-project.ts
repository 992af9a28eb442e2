import { type Emulator, startEmulator } from '@spcs/emulator'
import { connect, type Session } from '@spcs/session'
import { isBuilt, loadConfig, type SpcsConfig } from '../../scripts/config.ts'
import { deployBuilt } from '../../scripts/deploy.ts'
import { desiredWorkloads, plannedImages } from '../../scripts/desired-workloads.ts'
import { type BuiltImages, buildImages } from '../../scripts/images.ts'
import { planProject } from '../../scripts/plan.ts'
import { Progress } from '../../scripts/progress.ts'
import type { Invocation } from '../../scripts/verb.ts'
import { type DeployStep, printSteps } from '@spcs/deploy'

/** The project with convert-api alone, deployed by the functions behind the verbs into an account of its own. */
export class DeployProject implements AsyncDisposable {
  readonly emulator: Emulator
  readonly session: Session
  config: SpcsConfig
  #built: Promise<BuiltImages> | undefined
  /** Every statement that the session was given. */
  readonly statements: string[] = []
  /** What a user would see on stderr. */
  progressText = ''

  static async start(change: (config: SpcsConfig) => SpcsConfig = (same) => same) {
    const emulator = await startEmulator({ port: 0, ingressPort: 0 })
    const session = await connect(emulator.connection)
    const config = await loadConfig({ options: {} })
    const workloads = config.workloads.filter(({ name }) => name === 'convert-api')
    return new DeployProject(emulator, session, change({ ...config, workloads }))
  }

  private constructor(emulator: Emulator, session: Session, config: SpcsConfig) {
    this.emulator = emulator
    this.session = session
    this.config = config
    const execute = session.execute.bind(session)
    session.execute = (sql, options) => {
      this.statements.push(sql)
      return execute(sql, options)
    }
  }

  async deploy(options: Invocation['options'] = {}): Promise<string[]> {
    const built = await this.#images()
    return deployBuilt(this.session, this.config, built, this.invocation(options))
  }

  /** The plan as a user reads it, a line each. */
  async plan(): Promise<string[]> {
    const steps = await this.steps()
    return steps.length === 0
      ? []
      : printSteps(steps)
          .split('\n')
          .map((line) => line.trim())
  }

  async steps(): Promise<DeployStep[]> {
    const images = plannedImages(this.config, await this.#images())
    const groups = await planProject(this.session, this.config, images)
    return groups.flatMap(({ steps }) => steps)
  }

  /** Statements that change something, since the list was emptied. */
  changing(): string[] {
    return this.statements.filter((sql) => !/^(?:SHOW|DESCRIBE|LIST|USE|SELECT) /.test(sql))
  }

  /** Runs statements as the role that owns the project. */
  async run(...statements: string[]): Promise<void> {
    for (const sql of statements) await this.session.execute(sql)
  }

  /** The specification that convert-api is to run with, as it stands in the configuration. */
  async wantedFile(): Promise<string | undefined> {
    const { services = [] } = await desiredWorkloads(this.config, new Map())
    return services[0]?.source.stageFile
  }

  invocation(
    options: Invocation['options'] = {},
  ): Pick<Invocation, 'progress' | 'signal' | 'options'> {
    const write = (text: string): void => void (this.progressText += text)
    return { options, signal: new AbortController().signal, progress: new Progress({ write }) }
  }

  /** The app does not change while it is tested, so that its image is built once; the configuration may. */
  async #images(): Promise<BuiltImages> {
    this.#built ??= buildImages(this.session, this.config, this.invocation())
    const [image] = (await this.#built).values()
    const built = this.config.workloads.filter(isBuilt)
    return new Map(built.flatMap((workload) => (image === undefined ? [] : [[workload, image]])))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.session.close()
    await this.emulator.close()
  }
}
