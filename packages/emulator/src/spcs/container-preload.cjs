// Loaded by NODE_OPTIONS before a container's own code, in each Node process of the container. It makes up for what a
// process of this machine lacks of a container: its own ports, and its own folders at absolute paths.
//
// SPCS_PORT_MAP  {"9090": 41234}                container port → port of this machine
// SPCS_PATH_MAP  {"/snowflake/session": "/…"}   folder of the container → folder of this machine
// SPCS_VOLUMES   the stage volumes among them: container-volumes.cjs
// SPCS_LIFELINE  a file descriptor that closes when the account dies, however it does
'use strict'

const fs = require('node:fs')
const { syncBuiltinESMExports } = require('node:module')
const net = require('node:net')
const { fileURLToPath, pathToFileURL } = require('node:url')
const { isMainThread } = require('node:worker_threads')
const { guardVolumes } = require('./container-volumes.cjs')

mapPorts(JSON.parse(process.env.SPCS_PORT_MAP ?? '{}'))
// Before paths are mapped: a rule sees the folder that a path is mapped to.
guardVolumes(JSON.parse(process.env.SPCS_VOLUMES ?? '[]'))
mapPaths(Object.entries(JSON.parse(process.env.SPCS_PATH_MAP ?? '{}')))
syncBuiltinESMExports()
if (isMainThread && process.env.SPCS_LIFELINE !== undefined) holdLifeline()

/** Servers listen on the free port that the account chose, on loopback; clients inside find them there. */
function mapPorts(ports) {
  const isMapped = (port) => Object.hasOwn(ports, String(port))
  // oxlint-disable-next-line typescript/unbound-method -- called with its server below
  const { listen } = net.Server.prototype
  net.Server.prototype.listen = function (...args) {
    const [first, second] = args
    if (typeof first === 'object' && first !== null && isMapped(first.port)) {
      args[0] = { ...first, port: ports[first.port], host: loopback(first.host) }
    } else if (typeof first !== 'object' && isMapped(first)) {
      args[0] = ports[first]
      if (typeof second === 'string') args[1] = loopback(second)
      else args.splice(1, 0, loopback())
    }
    return listen.apply(this, args)
  }

  // What a server says of its port, in its log too, is true inside the container.
  const own = new Map(Object.entries(ports).map(([inside, outside]) => [outside, Number(inside)]))
  // oxlint-disable-next-line typescript/unbound-method -- called with its server below
  const { address } = net.Server.prototype
  net.Server.prototype.address = function () {
    const found = address.call(this)
    const port = own.get(found?.port)
    return port === undefined ? found : { ...found, port }
  }

  // oxlint-disable-next-line typescript/unbound-method -- called with its socket below
  const { connect } = net.Socket.prototype
  net.Socket.prototype.connect = function (...args) {
    // net.connect() hands its arguments over as one array that holds [options, callback].
    const packed = Array.isArray(args[0]) ? args[0] : args
    const [first, second] = packed
    if (typeof first === 'object' && first !== null) {
      if (isMapped(first.port) && isLoopback(first.host)) {
        packed[0] = { ...first, port: ports[first.port] }
      }
    } else if (isMapped(first) && isLoopback(second)) {
      packed[0] = ports[first]
    }
    return connect.apply(this, args)
  }
}

/** "All addresses" of a container are not to be all addresses of this machine. */
function loopback(host) {
  return host === undefined || host === null || host === '' || host === '0.0.0.0' || host === '::'
    ? '127.0.0.1'
    : host
}

function isLoopback(host) {
  const plain = typeof host === 'string' ? host : 'localhost'
  return plain === 'localhost' || plain === '::1' || plain.startsWith('127.')
}

/** Wraps the functions of fs whose first, or first two, arguments are paths. */
function mapPaths(folders) {
  if (folders.length === 0) return
  const mapText = (path) => {
    const found = folders.find(([from]) => path === from || path.startsWith(`${from}/`))
    return found === undefined ? path : found[1] + path.slice(found[0].length)
  }
  const map = (path) => {
    if (typeof path === 'string') return mapText(path)
    if (Buffer.isBuffer(path)) return Buffer.from(mapText(path.toString()))
    return path instanceof URL && path.protocol === 'file:'
      ? pathToFileURL(mapText(fileURLToPath(path)))
      : path
  }
  const wrap = (owner, name, paths) => {
    const original = owner[name]
    if (typeof original !== 'function') return
    const wrapped = function (...args) {
      for (let index = 0; index < paths && index < args.length; index += 1) {
        args[index] = map(args[index])
      }
      return original.apply(this, args)
    }
    owner[name] = Object.defineProperties(wrapped, Object.getOwnPropertyDescriptors(original))
    const { native } = original
    if (native !== undefined) wrapped.native = (path, ...rest) => native(map(path), ...rest)
  }
  const onePath =
    'access appendFile chmod chown createReadStream createWriteStream exists lchown lstat lutimes mkdir mkdtemp open opendir readdir readFile readlink realpath rm rmdir stat statfs truncate unlink unwatchFile utimes watch watchFile writeFile'
  const twoPaths = 'copyFile cp link rename symlink'
  for (const [names, paths] of [
    [onePath, 1],
    [twoPaths, 2],
  ]) {
    for (const name of names.split(' ')) {
      wrap(fs, name, paths)
      wrap(fs, `${name}Sync`, paths)
      wrap(fs.promises, name, paths)
    }
  }
}

/** Ends this process and all that it started when the account is gone: nothing else would. */
function holdLifeline() {
  const lifeline = new net.Socket({ fd: Number(process.env.SPCS_LIFELINE) })
  delete process.env.SPCS_LIFELINE
  lifeline.on('error', () => {})
  lifeline.on('close', () => process.kill(0, 'SIGKILL'))
  lifeline.resume()
  lifeline.unref()
}
