/**
 * The page's script, as the browser gets it: it shows the forms, and has each post its row and show what comes back.
 *
 * Numbers and JSON go as they are typed, with all digits. What is no JSON number goes as text: the service says best what
 * is wrong with it. Values of context functions go in base64, which carries every character.
 */
export const SCRIPT: string = `'use strict'
for (const form of document.forms) {
  form.hidden = false
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void send(form)
  })
  for (const box of form.querySelectorAll('.null input')) {
    box.addEventListener('change', () => {
      box.closest('.field').querySelector('[data-kind]').disabled = box.checked
    })
  }
}

async function send(form) {
  const button = form.querySelector('button')
  if (button.disabled) return
  const values = readValues(form)
  if (values === undefined) return
  button.disabled = true
  try {
    const response = await call(form, '{"data":[[' + [0, ...values].join(',') + ']]}')
    const text = await response.text()
    show(form, response.status + ' ' + response.statusText, response.ok, text)
  } catch (error) {
    show(form, 'No answer: ' + error.message, false, '')
  } finally {
    button.disabled = false
    button.focus()
  }
}

/** Posts, and where the answer is 202 asks for the rest until it is there. */
async function call(form, body) {
  const { path, batchHeader } = form.dataset
  const headers = { 'content-type': 'application/json' }
  for (const field of form.querySelectorAll('[data-header]')) {
    headers[field.dataset.header + '-base64'] = toBase64(field.value)
  }
  if (batchHeader !== undefined) headers[batchHeader] = newBatchId()
  let response = await fetch(path, { method: 'POST', headers, body })
  for (let pause = 200; response.status === 202; pause = Math.min(pause * 1.5, 5000)) {
    show(form, '202 ' + response.statusText + ', it still runs', true, '')
    await new Promise((resolve) => setTimeout(resolve, pause))
    response = await fetch(path, { headers })
  }
  return response
}

/** The JSON of each argument; undefined where a field cannot be read, which is then marked. */
function readValues(form) {
  const fields = [...form.querySelectorAll('[data-kind]')]
  const values = fields.map((field) => (field.disabled ? 'null' : toJson(field.dataset.kind, field.value)))
  fields.forEach((field, index) => {
    if (values[index] === undefined) field.setAttribute('aria-invalid', 'true')
    else field.removeAttribute('aria-invalid')
  })
  const wrong = fields[values.indexOf(undefined)]
  if (wrong === undefined) return values
  wrong.focus()
  show(form, 'Not sent: this is no JSON', false, wrong.value)
  return undefined
}

function toJson(kind, text) {
  if (kind === 'boolean') return text
  if (kind === 'json') return isJson(text) ? text : undefined
  const isNumber = kind === 'number' && /^-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][+-]?[0-9]+)?$/.test(text.trim())
  return isNumber ? text.trim() : JSON.stringify(text)
}

function isJson(text) {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function show(form, status, isGood, body) {
  const line = document.createElement('p')
  line.className = isGood ? 'good' : 'bad'
  line.textContent = status
  const code = document.createElement('pre')
  code.textContent = body
  form.querySelector('.answer').replaceChildren(line, ...(body === '' ? [] : [code]))
}

function toBase64(text) {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
}

/** Without crypto.randomUUID, which pages on plain http lack. */
function newBatchId() {
  return 'page-' + crypto.getRandomValues(new Uint32Array(4)).join('-')
}
`
