import { ServerError } from '../errors.ts'
import type { PageRequest } from '../protocol.ts'

const DEEPEST = 100
const LONGEST_ID = 64

/** A PageMessage whose operation is not looked into yet: the notebook knows what an operation is. */
export type ReceivedMessage =
  | {
      readonly type: 'hello'
      readonly clientId: string
      readonly epoch: string | null
      readonly sequence: number
    }
  | { readonly type: 'operation'; readonly number: number; readonly operation: unknown }
  | {
      readonly type: 'presence'
      readonly cellId: string | null
      readonly selection: { readonly anchor: number; readonly head: number } | null
    }
  | { readonly type: 'request'; readonly requestId: number; readonly request: PageRequest }
  | { readonly type: 'received'; readonly sequence: number }
  | { readonly type: 'ping' }

/**
 * Reads one frame of a page.
 *
 * @throws {ServerError} `PROTOCOL_ERROR` for what is no message of the protocol.
 */
export function decodePageMessage(text: string): ReceivedMessage {
  const message = parseMessage(text)
  switch (message['type']) {
    case 'hello':
      return readHello(message)
    case 'operation':
      return {
        type: 'operation',
        number: count(message['number'], 1),
        operation: message['operation'],
      }
    case 'presence':
      return {
        type: 'presence',
        cellId: message['cellId'] === null ? null : id(message['cellId']),
        selection: readSelection(message['selection']),
      }
    case 'request':
      return {
        type: 'request',
        requestId: count(message['requestId'], 0),
        request: readPageRequest(object(message['request'])),
      }
    case 'received':
      return { type: 'received', sequence: count(message['sequence'], 0) }
    case 'ping':
      return { type: 'ping' }
    default:
      throw unreadable('its type is unknown')
  }
}

/** JSON without keys that could reach a prototype, and not nested deeper than any message is. */
function parseMessage(text: string): Readonly<Record<string, unknown>> {
  if (depthOf(text) > DEEPEST) throw unreadable('it is nested too deeply')
  let parsed: unknown
  try {
    // The reviver is slow and this key is rare: `\u` could spell it.
    parsed = /__proto__|\\u005f/i.test(text) ? JSON.parse(text, noPrototype) : JSON.parse(text)
  } catch (cause) {
    throw unreadable('it is no JSON', cause)
  }
  return object(parsed)
}

function noPrototype(key: string, value: unknown): unknown {
  if (key === '__proto__') throw new SyntaxError('__proto__')
  return value
}

/** By brackets outside of texts: whatever is no JSON is refused later. */
function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  let isText = false
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (isText) {
      if (character === '\\') at++
      else if (character === '"') isText = false
    } else if (character === '"') isText = true
    else if (character === '[' || character === '{') deepest = Math.max(deepest, ++depth)
    else if (character === ']' || character === '}') depth--
  }
  return deepest
}

function readHello(message: Readonly<Record<string, unknown>>): ReceivedMessage {
  if (message['protocol'] !== 1) throw unreadable('it speaks another version of the protocol')
  const { epoch } = message
  if (epoch !== null && typeof epoch !== 'string') throw unreadable('its epoch is no text')
  return {
    type: 'hello',
    clientId: id(message['clientId']),
    epoch,
    sequence: count(message['sequence'], 0),
  }
}

function readSelection(value: unknown): { readonly anchor: number; readonly head: number } | null {
  if (value === null) return null
  const selection = object(value)
  return { anchor: count(selection['anchor'], 0), head: count(selection['head'], 0) }
}

function readPageRequest(request: Readonly<Record<string, unknown>>): PageRequest {
  const { type } = request
  switch (type) {
    case 'variables':
      return { type }
    case 'catalogue':
      return { type, databases: texts(request['databases']) }
    case 'inspect-variable':
      return {
        type,
        name: textOf(request['name']),
        path: texts(request['path']),
        offset: count(request['offset'], 0),
      }
    case 'complete':
    case 'hover':
    case 'signature':
    case 'definition':
      return { type, ...readPlace(request) }
    case 'rename':
      return { type, ...readPlace(request), newName: textOf(request['newName']) }
    default:
      throw unreadable('its request is unknown')
  }
}

function readPlace(request: Readonly<Record<string, unknown>>): {
  readonly cellId: string
  readonly source: string
  readonly offset: number
} {
  const source = textOf(request['source'])
  const offset = Math.min(count(request['offset'], 0), source.length)
  return { cellId: id(request['cellId']), source, offset }
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  throw unreadable('a text is missing')
}

function texts(value: unknown): readonly string[] {
  if (Array.isArray(value) && value.length <= DEEPEST) return value.map(textOf)
  throw unreadable('a list of texts is missing or too long')
}

function id(value: unknown): string {
  if (typeof value === 'string' && value.length <= LONGEST_ID && /^[\w-]+$/.test(value)) {
    return value
  }
  throw unreadable('an id is not 1 to 64 of letters, digits, - and _')
}

function count(value: unknown, least: number): number {
  if (Number.isSafeInteger(value) && Number(value) >= least) return Number(value)
  throw unreadable('a number is missing or out of range')
}

function object(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>
  }
  throw unreadable('it is no object')
}

function unreadable(why: string, cause?: unknown): ServerError {
  return new ServerError('PROTOCOL_ERROR', `Cannot read the message: ${why}`, {
    hint: 'Load the page again: it may be older than the server',
    cause,
  })
}
