import { scryptSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { hashInitialPassword, hashPassword, isPassword } from './password.ts'

describe('passwords', () => {
  it('are stored with a salt each, and never as they are', () => {
    const [one, two] = [hashPassword('Secret#1'), hashPassword('Secret#1')]
    expect(one).not.toBe(two)
    expect(one).toMatch(/^scrypt\$[\w-]{22}\$[\w-]{43}$/)
    expect(one).not.toContain('Secret')
  })

  it('are the one that was hashed, or not', async () => {
    const stored = hashPassword('Secret#1')
    expect(await isPassword('Secret#1', stored)).toBe(true)
    expect(await isPassword('Secret#2', stored)).toBe(false)
    expect(await isPassword('', stored)).toBe(false)
  })

  it('are known again that another process hashed, each time', async () => {
    const salt = Buffer.from('0123456789abcdef')
    const hash = scryptSync('Secret#1', salt, 32)
    const stored = `scrypt$${salt.toString('base64url')}$${hash.toString('base64url')}`
    expect(await isPassword('Secret#2', stored)).toBe(false)
    expect(await isPassword('Secret#1', stored)).toBe(true)
    expect(await isPassword('Secret#1', stored)).toBe(true)
    expect(await isPassword('Secret#2', stored)).toBe(false)
  })

  it('are nothing that a text of another form could be', async () => {
    expect(await isPassword('', '')).toBe(false)
    expect(await isPassword('x', 'scrypt$$')).toBe(false)
  })

  it('of new accounts are hashed once a password', async () => {
    const admin = hashInitialPassword('admin')
    expect(hashInitialPassword('admin')).toBe(admin)
    const other = hashInitialPassword('other')
    expect(other).not.toBe(admin)
    expect(await isPassword('admin', admin)).toBe(true)
    expect(await isPassword('admin', other)).toBe(false)
    expect(await isPassword('other', other)).toBe(true)
  })
})
