import type { RpcProcess } from './rpc-process.ts'

/** The one file whose text the language server has from us and not from the disk. */
export class OpenFile {
  readonly #rpc: RpcProcess
  #shown: { readonly uri: string; readonly text: string } | undefined
  #version = 0

  constructor(rpc: RpcProcess) {
    this.#rpc = rpc
  }

  /** Undefined when all files are as they are on the disk. */
  get uri(): string | undefined {
    return this.#shown?.uri
  }

  /** Has the server read this text in the file's place; another file that was open is closed. */
  show(uri: string, text: string): void {
    if (this.#shown?.uri === uri && this.#shown.text === text) return
    this.#version += 1
    const version = this.#version
    if (this.#shown?.uri === uri) {
      this.#rpc.notify('textDocument/didChange', {
        textDocument: { uri, version },
        contentChanges: [{ text }],
      })
    } else {
      this.close()
      const languageId = uri.endsWith('.tsx') ? 'typescriptreact' : 'typescript'
      this.#rpc.notify('textDocument/didOpen', {
        textDocument: { uri, languageId, version, text },
      })
    }
    this.#shown = { uri, text }
  }

  close(): void {
    if (this.#shown === undefined) return
    const { uri } = this.#shown
    this.#shown = undefined
    this.#rpc.notify('textDocument/didClose', { textDocument: { uri } })
  }
}
