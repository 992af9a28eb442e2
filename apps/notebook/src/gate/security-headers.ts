/** Headers of every answer. */
export const ALL_ANSWERS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
}

/** What the page may load, and what anything else may that is shown by mistake. */
export const PAGE_POLICY: string = policy({
  'default-src': "'none'",
  'script-src': "'self'",
  // CodeMirror and xterm.js write their own style elements.
  'style-src': "'self' 'unsafe-inline'",
  'img-src': "'self' data: blob:",
  'font-src': "'self' data:",
  'connect-src': "'self'",
  'frame-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
})

/**
 * The output frame: an origin of its own that nothing is reachable from. It has to say so itself, since a browser
 * could be led to open it without the frame's `sandbox` attribute.
 *
 * @param scripts What may run: everything there, or the frame's own script by its hash.
 */
export function outputFramePolicy(scripts: string): string {
  return policy({
    sandbox: 'allow-scripts',
    'default-src': "'none'",
    'script-src': scripts,
    'style-src': "'unsafe-inline'",
    'img-src': 'data: blob:',
    'font-src': 'data:',
    'connect-src': "'none'",
    // Beats the ingress' `X-Frame-Options: DENY` in browsers that know both.
    'frame-ancestors': "'self'",
  })
}

/** Files of users: nothing in them may run, wherever they are opened. */
export const FILE_POLICY: string = policy({ sandbox: '', 'default-src': "'none'" })

function policy(directives: Readonly<Record<string, string>>): string {
  return Object.entries(directives)
    .map(([name, value]) => `${name} ${value}`.trim())
    .join('; ')
}
