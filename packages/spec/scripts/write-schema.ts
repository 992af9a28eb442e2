import { writeFile } from 'node:fs/promises'

import { serviceSpecSchema } from '../src/json-schema.ts'

const file = new URL('../schema.json', import.meta.url)
await writeFile(file, `${JSON.stringify(serviceSpecSchema(), null, 2)}\n`)
