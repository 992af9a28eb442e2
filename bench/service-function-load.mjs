// Sends batches over connections that are kept where the server keeps them. Standard input says which, as JSON:
// { host, port, beforeNumber, afterNumber, connections, seconds or requests }. Prints LoadFigures as a line of JSON.
import { writeSync } from 'node:fs'
import { connect } from 'node:net'
import { json } from 'node:stream/consumers'

const order = await json(process.stdin)
const after = Buffer.from(order.afterNumber, 'latin1')
const { requests = Infinity } = order
let sent = 0
let answers = 0
let refused = 0
let broken = 0

const started = performance.now()
if (order.seconds !== undefined) setTimeout(finish, order.seconds * 1000)
if (order.seconds !== undefined) stayAwake()
for (let opened = 0; opened < Math.min(order.connections, requests); opened++) open()

/** Sends one request after another until none is left or the connection ends, after which another takes its place. */
function open() {
  const socket = connect(order.port, order.host)
  socket.setNoDelay(true)
  let waits = false
  const send = () => {
    if (sent === requests) return
    sent += 1
    waits = true
    socket.cork()
    socket.write(`${order.beforeNumber}${sent}`, 'latin1')
    socket.write(after)
    socket.uncork()
  }
  socket.on('connect', send)
  socket.on(
    'data',
    answerReader((status, isKept) => {
      waits = false
      answers += 1
      if (status !== 200) refused += 1
      finishAfterTheLast()
      if (isKept) send()
      else socket.destroy()
    }),
  )
  socket.on('end', () => socket.destroy())
  socket.on('error', (error) => {
    if (socket.pending) throw error // nobody listens
  })
  socket.on('close', () => {
    if (waits) broken += 1
    finishAfterTheLast()
    if (sent < requests) open()
  })
}

/** Takes what a socket receives, and says of each whole answer its status and whether the connection is kept. */
function answerReader(onAnswer) {
  let head = ''
  let missingBytes = Number.NaN
  return (chunk) => {
    if (Number.isNaN(missingBytes)) {
      head += chunk.toString('latin1')
      const end = head.indexOf('\r\n\r\n')
      if (end === -1) return
      const length = /\r\ncontent-length: *(\d+)/i.exec(head.slice(0, end))?.[1]
      if (length === undefined) throw new Error('an answer without content-length')
      missingBytes = Number(length) - (head.length - end - 4)
    } else {
      missingBytes -= chunk.length
    }
    if (missingBytes > 0) return
    const [first] = head.split('\r\n', 1)
    const isKept = !/\r\nconnection: *close/i.test(head)
    head = ''
    missingBytes = Number.NaN
    onAnswer(Number(first.split(' ')[1]), isKept)
  }
}

/** Never sleeps: to wake a core that does costs whoever writes to it, and a slower server would pay for it more often. */
function stayAwake() {
  setImmediate(stayAwake)
}

function finishAfterTheLast() {
  if (answers + broken === requests) finish()
}

function finish() {
  const seconds = (performance.now() - started) / 1000
  writeSync(1, `${JSON.stringify({ answers, seconds, refused, broken })}\n`)
  process.exit()
}
