import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { expect, test } from 'vitest'

test.each(['apply-operation.ts', 'shared-source.ts', 'ipynb.ts', 'notebook.ts'])(
  '%s works in a browser: it needs nothing of Node',
  async (name) => {
    const { outputFiles } = await build({
      entryPoints: [fileURLToPath(new URL(name, import.meta.url))],
      bundle: true,
      write: false,
      // Anything of Node would not be found.
      platform: 'browser',
      format: 'esm',
      conditions: ['@spcs/source'],
      logLevel: 'silent',
    })
    expect(outputFiles[0]?.text).not.toMatch(/\bprocess\.|\bBuffer\./)
  },
)
