// Holds a container's own code to the rules of its stage volumes, which are no file systems: whole files are read and
// written from their beginning to their end. Loaded by container-preload.cjs, before paths are mapped, so all paths here
// are folders of this machine.
//
// SPCS_VOLUMES  [{"name": "work", "path": "/home/node/work", "directory": "/…", "streamed": true, "readOnly": false}]
//
// DIFFERS: only Node processes are held to the rules, and only where they use node:fs; Snowflake holds everything.
// DIFFERS: what is written shows on the stage while the file is still open; in Snowflake after it is closed.
// https://docs.snowflake.com/en/developer-guide/snowpark-container-services/snowflake-stage-volume
'use strict'

const fs = require('node:fs')
const { errno } = require('node:os').constants
const paths = require('node:path')
const { fileURLToPath } = require('node:url')
const { callbackify } = require('node:util')

const {
  O_ACCMODE = 3,
  O_APPEND,
  O_CREAT,
  O_EXCL,
  O_RDONLY,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
} = fs.constants

exports.guardVolumes = function guardVolumes(volumes) {
  if (volumes.length === 0) return
  const folders = volumes.flatMap((volume) =>
    foldersOf(volume).map((folder) => ({ folder, volume })),
  )
  guardWrites((path) => find(folders, path))
}

/** A volume is also known by its real path. */
function foldersOf({ directory }) {
  const real = fs.existsSync(directory) ? fs.realpathSync(directory) : directory
  return real === directory ? [directory] : [directory, real]
}

/** The volume that a path is in, and the path as the container calls it. */
function find(folders, given) {
  const path = textOf(given)
  if (path === undefined) return undefined
  const found = folders.find(({ folder }) => path === folder || path.startsWith(folder + paths.sep))
  if (found === undefined) return undefined
  const { folder, volume } = found
  return { volume, path, shown: paths.join(volume.path, path.slice(folder.length)) }
}

/** Undefined for what is no path, such as a descriptor. */
function textOf(path) {
  if (typeof path === 'string') return paths.resolve(path)
  if (Buffer.isBuffer(path)) return paths.resolve(path.toString())
  return path instanceof URL && path.protocol === 'file:'
    ? paths.resolve(fileURLToPath(path))
    : undefined
}

/**
 * Wraps the functions of fs. Each rule looks at a call's arguments and throws what the call shall fail with.
 *
 * @param volumeOf The volume of a path; undefined outside all of them.
 */
function guardWrites(volumeOf) {
  const original = { ...fs, promises: { ...fs.promises } }
  /** Files of volumes that are open for writing. */
  const writing = new Map()

  const mayWrite = (syscall, path) => {
    const at = volumeOf(path)
    if (at?.volume.readOnly === true) {
      throw failure(
        'EROFS',
        'read-only, because the owner of the service lacks WRITE on the stage',
        syscall,
        at,
      )
    }
    return at?.volume.streamed === true ? at : undefined
  }

  const mayOpen = (syscall, path, flags) => {
    const mode = flagsOf(flags)
    if ((mode & O_ACCMODE) === O_RDONLY && (mode & O_TRUNC) === 0) return undefined
    const at = mayWrite(syscall, path)
    if (at === undefined || (mode & (O_TRUNC | O_EXCL)) !== 0) return at
    if (original.existsSync(at.path)) {
      const rule =
        (mode & O_APPEND) === 0
          ? 'no writing inside an existing file'
          : 'no append to an existing file'
      throw failure('EOPNOTSUPP', rule, syscall, at)
    }
    return at
  }

  const mayResize = (syscall, at, size, length) => {
    if (at !== undefined && size !== length)
      throw failure('EOPNOTSUPP', 'no truncation of a file', syscall, at)
  }

  /** A position is fine where it is the end: that is writing on. */
  const mayWriteAt = (fd, position) => {
    const at = writing.get(fd)
    if (
      at === undefined ||
      (typeof position !== 'number' && typeof position !== 'bigint') ||
      position < 0
    )
      return
    if (Number(position) === original.fstatSync(fd).size) return
    throw failure('EOPNOTSUPP', 'no write at a position but the end', 'write', at)
  }

  const refuse =
    (rule) =>
    (syscall, ...named) => {
      for (const path of named) {
        const at = mayWrite(syscall, path)
        if (at !== undefined) throw failure('EOPNOTSUPP', rule, syscall, at)
      }
    }

  /** Puts a rule before a function in its three forms. */
  const guard = (name, rule) => {
    before(fs, name, 'callback', (...args) => rule(name, ...args))
    before(fs, `${name}Sync`, 'sync', (...args) => rule(name, ...args))
    before(fs.promises, name, 'promise', (...args) => rule(name, ...args))
  }

  for (const name of [
    'mkdir',
    'mkdtemp',
    'rm',
    'rmdir',
    'unlink',
    'utimes',
    'lutimes',
    'chmod',
    'chown',
    'lchown',
  ]) {
    guard(name, (syscall, path) => mayWrite(syscall, path))
  }
  guard('copyFile', (syscall, _from, to) => mayWrite(syscall, to))
  guard('cp', (syscall, _from, to) => mayWrite(syscall, to))
  guard('link', refuse('no hard links'))
  // DIFFERS: whether Snowflake has symbolic links on a volume is not documented; refused, to be safe.
  guard('symlink', (syscall, _target, path) => refuse('no symbolic links')(syscall, path))
  guard('writeFile', (syscall, path, _data, options) =>
    mayOpen(syscall, path, flagOption(options, 'w')),
  )
  guard('appendFile', (syscall, path, _data, options) =>
    mayOpen(syscall, path, flagOption(options, 'a')),
  )
  guard('truncate', (syscall, path, length) => {
    const at = mayWrite(syscall, path)
    if (at !== undefined && original.existsSync(at.path)) {
      mayResize(
        syscall,
        at,
        original.statSync(at.path).size,
        typeof length === 'number' ? length : 0,
      )
    }
  })
  before(fs, 'watch', 'sync', (path) => refuseWatch(path))
  const { watch } = fs.promises
  fs.promises.watch = async function* guardedWatch(path, ...rest) {
    refuseWatch(path)
    yield* watch(path, ...rest)
  }
  function refuseWatch(path) {
    const at = volumeOf(path)
    if (at?.volume.streamed === true)
      throw failure('EOPNOTSUPP', 'no watching for changes', 'watch', at)
  }

  guardDescriptors()
  guardHandles()
  guardRename()

  function guardDescriptors() {
    const opened = (fd, at) => (at === undefined ? writing.delete(fd) : writing.set(fd, at))
    const { open, openSync } = fs
    replace(fs, 'openSync', (path, flags, ...rest) => {
      const at = mayOpen('open', path, flags)
      const fd = openSync(path, flags, ...rest)
      opened(fd, at)
      return fd
    })
    replace(fs, 'open', (path, ...rest) => {
      const callback = rest.at(-1)
      const flags = typeof rest[0] === 'function' ? undefined : rest[0]
      let at
      try {
        at = mayOpen('open', path, flags)
      } catch (error) {
        process.nextTick(callback, error)
        return
      }
      open(path, ...rest.slice(0, -1), (error, fd) => {
        if (error === null) opened(fd, at)
        callback(error, fd)
      })
    })
    for (const name of ['close', 'closeSync']) before(fs, name, 'sync', (fd) => writing.delete(fd))
    for (const [name, form] of [
      ['write', 'callback'],
      ['writeSync', 'sync'],
    ]) {
      before(fs, name, form, (fd, data, ...rest) => mayWriteAt(fd, writePosition(data, rest)))
    }
    for (const [name, form] of [
      ['writev', 'callback'],
      ['writevSync', 'sync'],
    ]) {
      before(fs, name, form, (fd, _buffers, position) => mayWriteAt(fd, position))
    }
    for (const [name, form] of [
      ['ftruncate', 'callback'],
      ['ftruncateSync', 'sync'],
    ]) {
      before(fs, name, form, (fd, length) => {
        const at = writing.get(fd)
        if (at !== undefined)
          mayResize(
            'ftruncate',
            at,
            original.fstatSync(fd).size,
            typeof length === 'number' ? length : 0,
          )
      })
    }
  }

  function guardHandles() {
    const { open } = fs.promises
    replace(fs.promises, 'open', async (path, flags, ...rest) => {
      const at = mayOpen('open', path, flags)
      const handle = await open(path, flags, ...rest)
      if (at === undefined) return handle
      const { fd } = handle
      writing.set(fd, at)
      handle.once('close', () => writing.delete(fd))
      before(handle, 'write', 'promise', (data, ...more) =>
        mayWriteAt(fd, writePosition(data, more)),
      )
      before(handle, 'writev', 'promise', (_buffers, position) => mayWriteAt(fd, position))
      before(handle, 'truncate', 'promise', (length = 0) => {
        mayResize('ftruncate', at, original.fstatSync(fd).size, length)
      })
      return handle
    })
  }

  /** A copy and a delete, in that order, and not at once: whoever looks in between sees both files. */
  function guardRename() {
    const rename = async (from, to) => {
      if (isCopied(from, to)) {
        await original.promises.copyFile(from, to)
        return original.promises.unlink(from)
      }
      return original.promises.rename(from, to)
    }
    replace(fs.promises, 'rename', rename)
    replace(fs, 'rename', callbackify(rename))
    replace(fs, 'renameSync', (from, to) => {
      if (!isCopied(from, to)) return original.renameSync(from, to)
      original.copyFileSync(from, to)
      return original.unlinkSync(from)
    })
  }

  function isCopied(from, to) {
    const [source, target] = [volumeOf(from), volumeOf(to)]
    if (source === undefined && target === undefined) return false
    if (source?.volume !== target?.volume) {
      throw failure('EXDEV', 'a volume is a file system of its own', 'rename', source ?? target)
    }
    if (mayWrite('rename', from) === undefined) return false
    // DIFFERS: what Snowflake does with a folder is not documented; refused, because it would be many copies.
    if (original.statSync(source.path).isDirectory()) {
      throw failure('EOPNOTSUPP', 'no renaming of a folder', 'rename', source)
    }
    return source.path !== target.path
  }
}

/** Runs a check before a function; what it throws comes the way that the function's own errors come. */
function before(owner, name, form, check) {
  const original = owner[name]
  if (typeof original !== 'function') return
  replace(owner, name, function guarded(...args) {
    try {
      check(...args)
    } catch (error) {
      if (form === 'promise') return Promise.reject(error)
      const callback = args.at(-1)
      if (form === 'sync' || typeof callback !== 'function') throw error
      process.nextTick(callback, error)
      return undefined
    }
    return original.apply(this, args)
  })
}

/** Keeps what hangs on the function, such as how to promisify it. */
function replace(owner, name, wrapped) {
  const {
    name: _own,
    length: _count,
    prototype: _none,
    ...rest
  } = Object.getOwnPropertyDescriptors(owner[name])
  Object.defineProperties(wrapped, rest)
  owner[name] = wrapped
}

/** `write(buffer, offset, length, position)`, `write(buffer, { position })` or `write(text, position)`. */
function writePosition(data, [first, , third]) {
  if (typeof data === 'string') return first
  return typeof first === 'object' && first !== null ? first.position : third
}

function flagOption(options, otherwise) {
  return (
    (typeof options === 'object' && options !== null
      ? (options.flag ?? options.flags)
      : undefined) ?? otherwise
  )
}

/** What `open` takes for flags, as the number that it is. */
function flagsOf(flags) {
  if (typeof flags === 'number') return flags
  const text = String(flags ?? 'r').replace('s', '')
  const exclusive = text.includes('x') ? O_EXCL : 0
  switch (text.replace('x', '')) {
    case 'w':
      return O_TRUNC | O_CREAT | O_WRONLY | exclusive
    case 'w+':
      return O_TRUNC | O_CREAT | O_RDWR | exclusive
    case 'a':
      return O_APPEND | O_CREAT | O_WRONLY | exclusive
    case 'a+':
      return O_APPEND | O_CREAT | O_RDWR | exclusive
    case 'r+':
      return O_RDWR
    default:
      return O_RDONLY
  }
}

function failure(code, rule, syscall, { volume, shown }) {
  const what =
    code === 'EOPNOTSUPP' ? 'a stage volume does not have this' : `stage volume "${volume.name}"`
  const message = `${code}: ${what}: ${rule}, ${syscall} '${shown}'`
  return Object.assign(new Error(message), { code, errno: -errno[code], syscall, path: shown })
}
