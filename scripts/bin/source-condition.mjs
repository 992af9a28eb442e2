/** A module hook: workspace packages resolve to their sources by the export condition `@spcs/source`. */
export function resolve(specifier, context, nextResolve) {
  return nextResolve(specifier, { ...context, conditions: [...context.conditions, '@spcs/source'] })
}
