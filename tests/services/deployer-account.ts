import { type Emulator, startEmulator } from '@spcs/emulator'
import { connect, type Session } from '@spcs/session'
import { pushProgram, type PushProgramOptions } from './push-program.ts'

/** Makes an account in which role DEV may do all that a service needs, and owns nothing of it. */
const SETUP = `
  CREATE DATABASE DB
  USE SCHEMA DB.PUBLIC
  CREATE WAREHOUSE WH
  CREATE STAGE SPECS ENCRYPTION = (TYPE = 'SNOWFLAKE_SSE')
  CREATE IMAGE REPOSITORY IMAGE_REPO
  CREATE SECRET KEY TYPE = GENERIC_STRING SECRET_STRING = 'hidden'
  CREATE NETWORK RULE OPEN_RULE TYPE = HOST_PORT MODE = EGRESS VALUE_LIST = ('example.com:443')
  CREATE EXTERNAL ACCESS INTEGRATION OPEN_EAI ALLOWED_NETWORK_RULES = (OPEN_RULE) ENABLED = TRUE
  CREATE COMPUTE POOL POOL MIN_NODES = 1 MAX_NODES = 8 INSTANCE_FAMILY = CPU_X64_S
  CREATE ROLE DEV
  GRANT ROLE DEV TO USER ADMIN
  GRANT USAGE ON DATABASE DB TO ROLE DEV
  GRANT USAGE, CREATE SERVICE ON SCHEMA DB.PUBLIC TO ROLE DEV
  GRANT USAGE, MONITOR ON COMPUTE POOL POOL TO ROLE DEV
  GRANT USAGE ON WAREHOUSE WH TO ROLE DEV
  GRANT READ ON STAGE SPECS TO ROLE DEV
  GRANT READ ON IMAGE REPOSITORY IMAGE_REPO TO ROLE DEV
  GRANT READ ON SECRET KEY TO ROLE DEV
  GRANT USAGE ON INTEGRATION OPEN_EAI TO ROLE DEV
  GRANT BIND SERVICE ENDPOINT ON ACCOUNT TO ROLE DEV`

/** A local account with a role that deploys, and one that may do everything. */
export class DeployerAccount implements AsyncDisposable {
  readonly emulator: Emulator
  /** ACCOUNTADMIN, which owns all but the services. */
  readonly admin: Session
  /** The same user as role DEV, without any other. */
  readonly deployer: Session

  private constructor(emulator: Emulator, admin: Session, deployer: Session) {
    this.emulator = emulator
    this.admin = admin
    this.deployer = deployer
  }

  static async start(): Promise<DeployerAccount> {
    const emulator = await startEmulator({ port: 0 })
    const admin = await connect(emulator.connection)
    for (const sql of SETUP.trim().split('\n')) await admin.execute(sql)
    const deployer = await connect(emulator.connection)
    for (const sql of ['USE ROLE DEV', 'USE SECONDARY ROLES NONE', 'USE SCHEMA DB.PUBLIC']) {
      await deployer.execute(sql)
    }
    return new DeployerAccount(emulator, admin, deployer)
  }

  /** Pushes a program as an image; gives its path for a specification. */
  async push(name: string, program: string, options: PushOptions = {}): Promise<string> {
    const url = `127.0.0.1:${this.emulator.port}/db/public/image_repo`
    return pushProgram(this.admin, url, { name, program, ...options })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.deployer.close()
    await this.admin.close()
    await this.emulator.close()
  }
}

type PushOptions = Pick<PushProgramOptions, 'cmd' | 'platform'>
