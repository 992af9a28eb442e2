import { once } from 'node:events'
import type { Server } from 'node:http'
import { type AddressInfo, BlockList, createServer, type Socket } from 'node:net'

/** The way from containers to the account. */
export interface AccountDoor {
  /** An address of this machine, or `host-gateway`: what the engine takes for it. */
  readonly address: string
  readonly port: number
  close(): Promise<void>
}

export interface ContainerNetwork {
  /** This machine's address in the network, if the engine runs on this very machine. */
  readonly gateway: string
  /** `172.18.0.0/16` */
  readonly subnet: string
}

export type OpenAccountDoor = (network: ContainerNetwork) => Promise<AccountDoor>

/**
 * Lets the containers of a network in, and nobody else: the account itself listens on loopback, where containers do
 * not get. Where the engine runs in a virtual machine, as Docker Desktop does, loopback is what containers reach.
 */
export async function openAccountDoor(
  account: Server,
  { gateway, subnet }: ContainerNetwork,
): Promise<AccountDoor> {
  const { port } = account.address() as AddressInfo
  const throughEngine = { address: 'host-gateway', port, close: () => Promise.resolve() }
  if (gateway === '') return throughEngine
  const isContainer = addressFilter(gateway, subnet)
  const sockets = new Set<Socket>()
  const door = createServer((socket) => {
    if (!isContainer(socket.remoteAddress ?? '')) {
      socket.destroy()
      return
    }
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    account.emit('connection', socket)
  })
  try {
    door.listen(0, gateway)
    await once(door, 'listening')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRNOTAVAIL') return throughEngine
    throw error
  }
  return {
    address: gateway,
    port: (door.address() as AddressInfo).port,
    async close() {
      const closed = once(door, 'close')
      door.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

/** True for addresses of the subnet; the gateway's own is that of other programs of this machine. */
function addressFilter(gateway: string, subnet: string): (address: string) => boolean {
  const [network = '', bits = '32'] = subnet.split('/')
  const list = new BlockList()
  const family = network.includes(':') ? 'ipv6' : 'ipv4'
  list.addSubnet(network, Number(bits), family)
  return (address) => address !== gateway && list.check(address, family)
}
