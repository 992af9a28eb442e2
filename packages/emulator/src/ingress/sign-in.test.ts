import { describe, expect, test } from 'vitest'
import { openEndpoint, signInForm } from './testing/open-endpoint.ts'

const page = { headers: ['Accept', 'text/html'] }

describe('signing in at an endpoint', () => {
  test('goes from the page that was wanted to the form, and back with a cookie for this host', async () => {
    const endpoint = await openEndpoint({
      onRequest: (_request, response) => response.end('hello'),
    })
    const first = await endpoint.ask('/notes?id=1', page)
    const form = '/sfc-endpoint/login?return=%2Fnotes%3Fid%3D1'
    expect([first.status, first.headers.location]).toEqual([302, form])

    const shown = await endpoint.ask(form, page)
    expect(shown.status).toBe(200)
    expect(shown.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(shown.headers['content-security-policy']).toContain("default-src 'none'")
    expect(shown.text).toContain('name="return" value="/notes?id=1"')
    expect(shown.text).not.toContain('<script')

    const fields = { user: 'dev', password: 'secret', return: '/notes?id=1' }
    const signedIn = await endpoint.ask('/sfc-endpoint/login', signInForm(endpoint.host, fields))
    expect([signedIn.status, signedIn.headers.location]).toEqual([303, '/notes?id=1'])
    const [cookie = ''] = signedIn.headers['set-cookie'] ?? []
    expect(cookie).toMatch(/^spcs-endpoint=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/)

    const answer = await endpoint.ask('/notes', { headers: ['Cookie', cookie.split(';')[0] ?? ''] })
    expect([answer.status, answer.text]).toEqual([200, 'hello'])
  })

  test.each([
    ['//evil.example/', '/'],
    ['/\\evil.example', '/'],
    ['https://evil.example/', '/'],
    ['/a/..//evil.example', '/'],
    ['/fine', '/fine'],
  ])('to go to %s goes to %s', async (wanted, expected) => {
    const endpoint = await openEndpoint()
    const fields = { user: 'dev', password: 'secret', return: wanted }
    const answer = await endpoint.ask('/sfc-endpoint/login', signInForm(endpoint.host, fields))
    expect(answer.headers.location).toBe(expected)
  })

  test.each([
    ['a wrong password', { user: 'dev', password: 'wrong' }, 'Incorrect username or password'],
    ['a user who does not exist', { user: 'nobody', password: 'x' }, 'Incorrect username'],
    ['nothing', {}, 'Incorrect username'],
  ])('refuses %s, and shows the form again', async (_what, fields, problem) => {
    const endpoint = await openEndpoint()
    const form = signInForm(endpoint.host, fields)
    const headers = [...(form.headers ?? []), 'Accept', 'text/html']
    const answer = await endpoint.ask('/sfc-endpoint/login', { ...form, headers })
    expect(answer.status).toBe(401)
    expect(answer.text).toContain(problem)
    expect(answer.text).toContain('<form')
    expect(answer.headers['set-cookie']).toBeUndefined()
  })

  test('writes what was typed as text', async () => {
    const endpoint = await openEndpoint()
    const form = signInForm(endpoint.host, { user: '"><script>', password: 'x' })
    const headers = [...(form.headers ?? []), 'Accept', 'text/html']
    const answer = await endpoint.ask('/sfc-endpoint/login', { ...form, headers })
    expect(answer.text).toContain('value="&#34;&#62;&#60;script&#62;"')
  })

  test.each(['ACCOUNTADMIN', 'SECURITYADMIN', 'ORGADMIN'])(
    'refuses a user whose default role is %s',
    async (role) => {
      const endpoint = await openEndpoint()
      await endpoint.run(`CREATE USER boss PASSWORD = 'secret' DEFAULT_ROLE = ${role}`)
      await endpoint.run(`GRANT ROLE ${role} TO USER boss`)
      const form = signInForm(endpoint.host, { user: 'boss', password: 'secret' })
      const answer = await endpoint.ask('/sfc-endpoint/login', form)
      expect(answer.status).toBe(403)
      expect(answer.text).toContain(`invalid consent request: user BOSS comes with role ${role}`)
      expect(answer.text).toContain('Sign in as a user whose default role is none of these')
      expect(answer.headers['set-cookie']).toBeUndefined()
    },
  )

  test.each([
    [
      'REVOKE USAGE ON DATABASE db FROM ROLE web_role',
      'GRANT USAGE ON DATABASE DB TO ROLE WEB_ROLE;',
    ],
    [
      'REVOKE USAGE ON SCHEMA db.public FROM ROLE web_role',
      'GRANT USAGE ON SCHEMA DB.PUBLIC TO ROLE WEB_ROLE;',
    ],
    [
      'REVOKE SERVICE ROLE db.public.web!web_user FROM ROLE web_role',
      'GRANT SERVICE ROLE DB.PUBLIC.WEB!WEB_USER TO ROLE WEB_ROLE;',
    ],
  ])('after %s tells what to run', async (sql, grant) => {
    const endpoint = await openEndpoint()
    const cookie = await endpoint.signIn()
    await endpoint.run(sql)
    const form = signInForm(endpoint.host, { user: 'dev', password: 'secret' })
    const refused = await endpoint.ask('/sfc-endpoint/login', form)
    expect([refused.status, refused.text.includes(grant)]).toEqual([403, true])
    // Who is signed in already loses it at once.
    const later = await endpoint.ask('/', { headers: ['Cookie', cookie] })
    expect([later.status, later.text.includes(grant)]).toEqual([403, true])
  })

  test.each([
    ['who owns the service', 'GRANT ROLE sysadmin TO USER stranger', 'SYSADMIN'],
    [
      'ALL_ENDPOINTS_USAGE',
      'GRANT SERVICE ROLE db.public.web!all_endpoints_usage TO ROLE public',
      'ACCOUNTADMIN',
    ],
    ['a role that is not the default one', 'GRANT ROLE web_role TO USER stranger', 'ACCOUNTADMIN'],
  ])('lets in %s', async (_who, sql, owner) => {
    const endpoint = await openEndpoint()
    endpoint.account.catalog.services.changeCommon('DB.PUBLIC.WEB', { owner })
    await endpoint.run('GRANT BIND SERVICE ENDPOINT ON ACCOUNT TO ROLE sysadmin')
    await endpoint.run('GRANT USAGE ON DATABASE db TO ROLE public')
    await endpoint.run('GRANT USAGE ON SCHEMA db.public TO ROLE public')
    expect(await endpoint.signIn('stranger')).toBe('')
    await endpoint.run(sql)
    expect(await endpoint.signIn('stranger')).toMatch(/^spcs-endpoint=./)
  })

  test('without secondary roles counts the default role alone', async () => {
    const endpoint = await openEndpoint()
    await endpoint.run('GRANT ROLE web_role TO USER stranger')
    await endpoint.run('ALTER USER stranger SET DEFAULT_SECONDARY_ROLES = ()')
    expect(await endpoint.signIn('stranger')).toBe('')
  })

  test.each([
    ['another origin', ['Origin', 'http://evil.example'], 403],
    ['a null origin', ['Origin', 'null'], 403],
    ['another endpoint', ['Origin', 'http://e2-local-local.localhost'], 403],
    ['another site, without origin', ['Sec-Fetch-Site', 'cross-site'], 403],
    ['no browser', [], 303],
  ])('from %s', async (_from, headers, status) => {
    const endpoint = await openEndpoint()
    const { body = '' } = signInForm(endpoint.host, { user: 'dev', password: 'secret' })
    const answer = await endpoint.ask('/sfc-endpoint/login', { method: 'POST', headers, body })
    expect(answer.status).toBe(status)
  })

  test('lets nobody guess: five wrong passwords, then a minute of rest', async () => {
    let now = new Date()
    const endpoint = await openEndpoint({ account: { now: () => now } })
    const wrong = signInForm(endpoint.host, { user: 'dev', password: 'wrong' })
    const tries = Array.from({ length: 5 }, () => endpoint.ask('/sfc-endpoint/login', wrong))
    expect((await Promise.all(tries)).map(({ status }) => status)).toEqual([
      401, 401, 401, 401, 401,
    ])
    const right = signInForm(endpoint.host, { user: 'DEV', password: 'secret' })
    const refused = await endpoint.ask('/sfc-endpoint/login', right)
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '60'])
    now = new Date(now.getTime() + 60_000)
    expect((await endpoint.ask('/sfc-endpoint/login', right)).status).toBe(303)
  })

  test('refuses a form that is too large', async () => {
    const endpoint = await openEndpoint()
    const form = signInForm(endpoint.host, { user: 'x'.repeat(20_000) })
    expect((await endpoint.ask('/sfc-endpoint/login', form)).status).toBe(413)
  })

  test('ends with /sfc-endpoint/logout, on the server too', async () => {
    const endpoint = await openEndpoint({
      onRequest: (_request, response) => response.end('hello'),
    })
    const cookie = await endpoint.signIn()
    const out = await endpoint.ask('/sfc-endpoint/logout', { headers: ['Cookie', cookie] })
    expect(out.status).toBe(200)
    expect(out.headers['set-cookie']).toEqual([
      'spcs-endpoint=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0',
    ])
    expect((await endpoint.ask('/', { headers: ['Cookie', cookie] })).status).toBe(302)
  })

  test.each([
    ["ALTER USER dev SET PASSWORD = 'other'"],
    ['ALTER USER dev SET DISABLED = TRUE'],
    ['DROP USER dev'],
  ])('ends with %s', async (sql) => {
    const endpoint = await openEndpoint({
      onRequest: (_request, response) => response.end('hello'),
    })
    const cookie = await endpoint.signIn()
    expect((await endpoint.ask('/', { headers: ['Cookie', cookie] })).status).toBe(200)
    await endpoint.run(sql)
    expect((await endpoint.ask('/', { headers: ['Cookie', cookie] })).status).toBe(302)
  })

  test('ends after eight hours', async () => {
    let now = new Date()
    const endpoint = await openEndpoint({
      account: { now: () => now },
      onRequest: (_request, response) => response.end('hello'),
    })
    const cookie = await endpoint.signIn()
    now = new Date(now.getTime() + 8 * 3_600_000 - 1)
    expect((await endpoint.ask('/', { headers: ['Cookie', cookie] })).status).toBe(200)
    now = new Date(now.getTime() + 1)
    expect((await endpoint.ask('/', { headers: ['Cookie', cookie] })).status).toBe(302)
  })

  test('has no other path of its own', async () => {
    const endpoint = await openEndpoint()
    expect((await endpoint.ask('/sfc-endpoint/other')).status).toBe(404)
  })
})
