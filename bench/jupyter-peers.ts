import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { lastLine } from './last-line.ts'
import { PEERS } from './peers-folder.ts'

/** What a peer's kernel took, in milliseconds. */
export interface PeerFigures {
  readonly name: string
  /** From its start to the first result. */
  readonly start: number
  /** Median of `1 + 1`. */
  readonly roundTrip: number
  /** 10,000 printed lines; null when some of them never came. */
  readonly lines: number | null
}

const run = promisify(execFile)
const CLIENT = fileURLToPath(new URL('./jupyter-kernel.py', import.meta.url))
/** Debian's own: another Python does not see Debian's packages. */
const PYTHON = '/usr/bin/python3'
const LINES = { js: 'for (let i = 0; i < 10000; i++) console.log(`line ${i}`)', characters: 98_890 }

interface Peer {
  readonly name: string
  /** Its npm packages, exact; none for what Debian has. */
  readonly packages: readonly string[]
  readonly argv: readonly string[]
  readonly lines: string
}

const PEERS_OF_OURS: readonly Peer[] = [
  {
    name: 'ipykernel',
    packages: [],
    argv: [PYTHON, '-m', 'ipykernel_launcher', '-f', '{connection_file}'],
    lines: 'for i in range(10000): print("line", i)',
  },
  {
    name: 'tslab',
    packages: ['tslab@1.0.22', '@types/node@20.19.43'],
    argv: [join(PEERS, 'node_modules/.bin/tslab'), 'kernel', '--config-path={connection_file}'],
    lines: LINES.js,
  },
  {
    name: 'deno',
    packages: ['deno@2.9.6'],
    argv: [
      join(PEERS, 'node_modules/.bin/deno'),
      'jupyter',
      '--kernel',
      '--conn',
      '{connection_file}',
    ],
    lines: LINES.js,
  },
  {
    name: 'ijavascript',
    packages: ['ijavascript@5.2.1'],
    argv: [
      join(PEERS, 'node_modules/.bin/ijskernel'),
      '{connection_file}',
      '--protocol=5.1',
      '--hide-undefined',
    ],
    lines: LINES.js,
  },
]

/**
 * Figures of the other kernels, through Jupyter's own client. One that does not install or does not run is left out,
 * and `leftOut` hears why.
 */
export async function jupyterPeers(leftOut: (why: string) => void): Promise<PeerFigures[]> {
  try {
    await run(PYTHON, ['-c', 'import jupyter_client, ipykernel'])
  } catch {
    leftOut('every peer: Debian package python3-ipykernel is not installed')
    return []
  }
  const figures: PeerFigures[] = []
  for (const peer of PEERS_OF_OURS) {
    try {
      figures.push(await figuresOf(peer))
    } catch (error) {
      leftOut(`${peer.name}: ${lastLine(error)}`)
    }
  }
  return figures
}

async function figuresOf({ name, packages, argv, lines }: Peer): Promise<PeerFigures> {
  if (packages.length > 0 && !existsSync(argv[0] ?? '')) {
    await mkdir(PEERS, { recursive: true })
    await run('npm', ['install', '--prefix', PEERS, '--no-audit', '--no-fund', ...packages])
  }
  const cells = { first: '1 + 1', one: '1 + 1', lines, runs: 20 }
  const { stdout } = await run(PYTHON, [CLIENT, JSON.stringify(argv), JSON.stringify(cells)], {
    timeout: 120_000,
  })
  const taken = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as PeerFigures & {
    printed: number | null
  }
  const isWhole = (taken.printed ?? 0) >= LINES.characters
  return {
    name,
    start: taken.start,
    roundTrip: taken.roundTrip,
    lines: isWhole ? taken.lines : null,
  }
}
