import type { Lowered } from './transform-cell.ts'

/** Decorators and `using` → JavaScript that this Node runs. esbuild is loaded at its first use. */
export async function lower(source: string, hasParameterDecorators: boolean): Promise<Lowered> {
  const { transform } = await import('esbuild')
  const [major] = process.versions.node.split('.')
  const { code, map } = await transform(source, {
    loader: 'tsx',
    target: `node${major}`,
    sourcemap: 'external',
    sourcefile: 'cell.tsx',
    jsxFactory: '$spcs.jsx',
    jsxFragment: '$spcs.Fragment',
    logLevel: 'silent',
    tsconfigRaw: {
      compilerOptions: {
        verbatimModuleSyntax: true,
        // Only the older kind of decorators knows parameters.
        experimentalDecorators: hasParameterDecorators,
      },
    },
  })
  return { code, map }
}
