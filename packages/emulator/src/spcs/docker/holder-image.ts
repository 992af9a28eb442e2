import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pack } from 'tar-stream'

/** The name of the image below in the engine. */
export const HOLDER_REFERENCE = 'spcs-local-holder:1'

/**
 * An image of one program that does nothing, as `docker load` reads it. A container of it holds the network of an
 * instance, so that each container of the instance can end and start again; an engine without network access has it,
 * too.
 *
 * @throws {Error} for an architecture that no program is here for.
 */
export async function holderArchive(architecture: string): Promise<Readable> {
  const layer = await tarOf([{ name: 'hold', mode: 0o755, content: program(architecture) }])
  const config = {
    architecture,
    os: 'linux',
    created: '1970-01-01T00:00:00Z',
    config: { Entrypoint: ['/hold'] },
    rootfs: { type: 'layers', diff_ids: [sha256(layer)] },
  }
  const list = [{ Config: 'config.json', RepoTags: [HOLDER_REFERENCE], Layers: ['layer.tar'] }]
  const archive = pack()
  archive.entry({ name: 'config.json' }, JSON.stringify(config))
  archive.entry({ name: 'manifest.json' }, JSON.stringify(list))
  archive.entry({ name: 'layer.tar' }, layer)
  archive.finalize()
  return Readable.from(archive)
}

/** What a processor runs to wait for ever, and the number by which ELF calls that processor. */
const CODE: Readonly<Record<string, { readonly machine: number; readonly code: Buffer }>> = {
  amd64: {
    machine: 0x3e,
    // again: mov eax, 34 (pause); syscall; jmp again
    code: Buffer.from('b8220000000f05ebf7', 'hex'),
  },
  arm64: {
    machine: 0xb7,
    // again: x8 = 73 (ppoll); x0 = x1 = x2 = x3 = 0; svc 0; b again
    code: Buffer.from('280980d2000080d2010080d2020080d2030080d2010000d4faffff17', 'hex'),
  },
}

const LOADED_AT = 0x400000
const ELF_HEADER_BYTES = 64
const PROGRAM_HEADER_BYTES = 56

/** The smallest ELF file that Linux runs: a header, one segment, and the code. */
function program(architecture: string): Buffer {
  const known = CODE[architecture]
  if (known === undefined) throw new Error(`no program for an engine on "${architecture}"`)
  const { machine, code } = known
  const codeAt = ELF_HEADER_BYTES + PROGRAM_HEADER_BYTES
  const file = Buffer.alloc(codeAt + code.length)
  file.write('7f454c4602010100', 'hex') // ELF, 64 bits, little endian
  file.writeUInt16LE(2, 16) // an executable
  file.writeUInt16LE(machine, 18)
  file.writeUInt32LE(1, 20) // version
  file.writeBigUInt64LE(BigInt(LOADED_AT + codeAt), 24) // where it begins
  file.writeBigUInt64LE(BigInt(ELF_HEADER_BYTES), 32) // where the program headers are
  file.writeUInt16LE(ELF_HEADER_BYTES, 52)
  file.writeUInt16LE(PROGRAM_HEADER_BYTES, 54)
  file.writeUInt16LE(1, 56) // program headers
  const segment = file.subarray(ELF_HEADER_BYTES)
  segment.writeUInt32LE(1, 0) // to be loaded
  segment.writeUInt32LE(5, 4) // readable, executable
  segment.writeBigUInt64LE(BigInt(LOADED_AT), 16)
  segment.writeBigUInt64LE(BigInt(LOADED_AT), 24)
  segment.writeBigUInt64LE(BigInt(file.length), 32) // bytes in the file
  segment.writeBigUInt64LE(BigInt(file.length), 40) // bytes in memory
  segment.writeBigUInt64LE(0x1000n, 48) // alignment
  code.copy(file, codeAt)
  return file
}

async function tarOf(
  files: readonly { readonly name: string; readonly mode: number; readonly content: Buffer }[],
): Promise<Buffer> {
  const tar = pack()
  for (const { name, mode, content } of files) {
    tar.entry({ name, mode, mtime: new Date(0) }, content)
  }
  tar.finalize()
  return buffer(Readable.from(tar))
}

function sha256(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`
}
