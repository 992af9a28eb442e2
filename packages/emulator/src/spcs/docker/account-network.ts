import type { AccountDoor, OpenAccountDoor } from './account-door.ts'
import type { Engine } from './engine.ts'
import type { Labels } from './left-overs.ts'

export interface AccountNetworkOptions {
  readonly engine: Engine
  readonly name: string
  readonly labels: Labels
  readonly openDoor: OpenAccountDoor
}

/** The network that the containers of one account are in, and the way from it to the account. */
export class AccountNetwork {
  readonly id: string
  /** What containers are to take for the account's machine. */
  readonly accountAddress: string
  readonly accountPort: number
  readonly #door: AccountDoor

  private constructor(id: string, door: AccountDoor) {
    this.id = id
    this.#door = door
    this.accountAddress = door.address
    this.accountPort = door.port
  }

  static async open(options: AccountNetworkOptions): Promise<AccountNetwork> {
    const { engine, name, labels, openDoor } = options
    // DIFFERS: containers reach the outside, with an external access integration or without.
    const { Id } = await engine.json<{ Id: string }>('POST', '/networks/create', {
      body: { Name: name, Driver: 'bridge', Labels: labels },
    })
    try {
      const { IPAM } = await engine.json<{
        IPAM: { Config?: readonly { Gateway?: string; Subnet?: string }[] | null }
      }>('GET', `/networks/${Id}`)
      const { Gateway: gateway = '', Subnet: subnet = '' } = IPAM.Config?.[0] ?? {}
      return new AccountNetwork(Id, await openDoor({ gateway, subnet }))
    } catch (error) {
      await engine.sendIfThere('DELETE', `/networks/${Id}`)
      throw error
    }
  }

  /** Closes the way to the account. The network itself goes when it is empty: `removeLeftOvers`. */
  close(): Promise<void> {
    return this.#door.close()
  }
}
