import type { ImportedProject } from './to-deployment.ts'

/**
 * The text of a `spcs.config.ts`.
 *
 * @param source What it was made from: `snowflake.yml`.
 * @param library Where it finds `defineConfig`: `./scripts/config.ts`.
 */
export function printConfig(
  { deployment, notes }: ImportedProject,
  source: string,
  library: string,
): string {
  return [
    `import { defineConfig, type Deployment } from ${quote(library)}`,
    '',
    `// Made from ${oneLine(source)} by \`npx spcs import\`.`,
    ...(notes.length === 0
      ? []
      : ['// Not taken over:', ...notes.map((note) => `// - ${oneLine(note)}`)]),
    '',
    '/** Services without an `entryPoint` take the image that their specification names; nothing is built for them. */',
    `const deployment: Deployment = ${printValue(deployment, 0)}`,
    '',
    'export default defineConfig({',
    "  defaultEnvironment: 'dev',",
    '  environments: { dev: {} },',
    '  describe: () => deployment,',
    '})',
    '',
  ].join('\n')
}

const WIDTH = 100

/** A value as one writes it in TypeScript: on one line where it fits. */
function printValue(value: unknown, indent: number): string {
  if (typeof value === 'string') return quote(value)
  if (typeof value !== 'object' || value === null) return String(value)
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}']
  const parts = Array.isArray(value)
    ? value.map((item) => printValue(item, indent + 2))
    : Object.entries(value).map(([key, item]) => `${key}: ${printValue(item, indent + 2)}`)
  if (parts.length === 0) return `${open}${close}`
  const pad = open === '{' ? ' ' : ''
  const line = `${open}${pad}${parts.join(', ')}${pad}${close}`
  if (!line.includes('\n') && indent + line.length < WIDTH - 20) return line
  const inner = ' '.repeat(indent + 2)
  return `${open}\n${parts.map((part) => `${inner}${part},\n`).join('')}${' '.repeat(indent)}${close}`
}

function quote(text: string): string {
  const json = JSON.stringify(text)
  return text.includes("'") ? json : `'${json.slice(1, -1).replaceAll('\\"', '"')}'`
}

/** A comment ends with its line. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ')
}
