import { existsSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryDirectory } from '../testing/test-account.ts'
import { isPassword } from '../password.ts'
import { inheritedRoles, rolesOfUser } from '../access-control.ts'
import { bootstrapCatalog } from './bootstrap.ts'
import { Catalog } from './catalog.ts'

const options = { user: 'ADMIN', password: 'secret', now: new Date(0) }

describe('Catalog', () => {
  test('is there again after a restart, whole', () => {
    const directory = temporaryDirectory()
    const path = join(directory, 'catalog.json')
    const catalog = new Catalog(path)
    expect(catalog.load()).toBe(false)
    bootstrapCatalog(catalog, options)
    catalog.save()
    const again = new Catalog(path)
    expect(again.load()).toBe(true)
    expect(again.roles.list()).toEqual(catalog.roles.list())
    expect(again.users.list()).toEqual(catalog.users.list())
    expect(again.grants).toEqual(catalog.grants)
    rmSync(directory, { recursive: true })
  })

  test('writes its file only after a change', () => {
    const directory = temporaryDirectory()
    const path = join(directory, 'catalog.json')
    const catalog = new Catalog(path)
    catalog.save()
    expect(existsSync(path)).toBe(false)
    bootstrapCatalog(catalog, options)
    catalog.save()
    const { ino } = statSync(path)
    catalog.save()
    expect(statSync(path).ino).toBe(ino)
    rmSync(directory, { recursive: true })
  })
})

describe('bootstrapCatalog()', () => {
  const catalog = new Catalog(undefined)
  bootstrapCatalog(catalog, options)

  test('makes one administrator who may take every administrator role but ORGADMIN', async () => {
    const { passwordHash, defaultRole } = catalog.users.get('ADMIN')
    expect(await isPassword('secret', passwordHash ?? '')).toBe(true)
    expect(defaultRole).toBe('ACCOUNTADMIN')
    expect(rolesOfUser(catalog, 'ADMIN').toSorted()).toEqual([
      'ACCOUNTADMIN',
      'PUBLIC',
      'SECURITYADMIN',
      'SYSADMIN',
      'USERADMIN',
    ])
  })

  test('lets roles inherit as in Snowflake', () => {
    expect(inheritedRoles(catalog, 'SECURITYADMIN')).toEqual(['SECURITYADMIN', 'USERADMIN'])
    expect(inheritedRoles(catalog, 'PUBLIC')).toEqual(['PUBLIC'])
  })
})
