// The floor under the terminal benchmark: a pseudo-terminal on a socket, with nothing between them. Prints its port.
import { createRequire } from 'node:module'
import { WebSocketServer } from 'ws'

const pty = createRequire(import.meta.url)('@lydell/node-pty')
const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
server.on('connection', (socket) => {
  const shell = pty.spawn('/bin/sh', ['-c', process.argv[2]], { encoding: null })
  shell.onData((data) => socket.send(data))
})
server.on('listening', () => console.log(server.address().port))
