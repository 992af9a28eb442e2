// The floor under the terminal benchmark: a pseudo-terminal on a socket, with nothing between them. Prints its port.
import pty from '@lydell/node-pty'
import { WebSocketServer } from 'ws'

const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
server.on('connection', (socket) => {
  // A shell that ended would take the last of its output with it.
  const shell = pty.spawn('/bin/sh', ['-c', `${process.argv[2]}; exec cat`], { encoding: null })
  shell.onData((data) => socket.send(data))
})
server.on('listening', () => console.log(server.address().port))
