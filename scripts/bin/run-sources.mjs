// Lets this process import the workspace's TypeScript sources as they are, on every Node we support.
import { register } from 'node:module'
import * as tsx from 'tsx/esm/api'

tsx.register()
register('./source-condition.mjs', import.meta.url)
