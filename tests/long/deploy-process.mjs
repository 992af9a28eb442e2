// `spcs deploy` as a process of its own, of convert-api alone: node deploy-process.mjs ACCESS_URL SPECIFICATION
await import('../../scripts/bin/run-sources.mjs')
const { deployConvertApi } = await import('./deploy-convert-api.ts')
const [accessUrl, spec] = process.argv.slice(2)
await deployConvertApi(accessUrl, spec)
