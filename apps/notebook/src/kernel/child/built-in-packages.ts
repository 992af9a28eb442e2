/** Packages that cells import without installing them: the kernel's own copies. Loaded when a cell asks. */
const BUILT_IN: Readonly<Record<string, () => Promise<unknown>>> = {
  '@spcs/dataframe': () => import('@spcs/dataframe'),
  '@spcs/session': () => import('@spcs/session'),
  '@spcs/sql': () => import('@spcs/sql'),
  '@observablehq/plot': async () => (await import('./plot/plot-module.ts')).plotModule,
}

export function maybeBuiltInPackage(specifier: string): (() => Promise<unknown>) | undefined {
  return Object.hasOwn(BUILT_IN, specifier) ? BUILT_IN[specifier] : undefined
}
