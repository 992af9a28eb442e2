import { fileURLToPath } from 'node:url'

/** Where peers are installed, apart from the project's own packages. */
export const PEERS = fileURLToPath(new URL('../node_modules/.cache/spcs-bench', import.meta.url))
