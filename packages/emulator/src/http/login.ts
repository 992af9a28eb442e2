import type { FastifyPluginAsync } from 'fastify'
import type { Account } from '../account.ts'
import type { Sessions } from '../sessions.ts'
import { parameterList } from '../statements/encode-answer.ts'
import { authenticate } from './authenticate/authenticate.ts'
import { readLoginData } from './authenticate/login-data.ts'
import { success } from './envelope.ts'
import { sessionToken } from './session-token.ts'
import { startOfSession, type WantedStart } from './start-of-session.ts'

export interface LoginOptions {
  readonly account: Account
  readonly sessions: Sessions
}

/** Signing in, renewing tokens, staying and leaving. */
export const login: FastifyPluginAsync<LoginOptions> = (app, { account, sessions }) => {
  app.post<{ Querystring: WantedStart }>('/session/v1/login-request', async (request) => {
    const data = readLoginData(request.body)
    const identity = await authenticate(data, account)
    const start = startOfSession(identity, request.query, data, account.catalog)
    const opened = await sessions.open(start)
    const { session } = opened
    account.log.info(
      { user: session.user, role: session.role, sessionId: session.id, client: data.CLIENT_APP_ID },
      'signed in',
    )
    return success({
      token: opened.sessionToken,
      validityInSeconds: opened.sessionTokenSeconds,
      masterToken: opened.masterToken,
      masterValidityInSeconds: opened.masterTokenSeconds,
      displayUserName: identity.displayName,
      serverVersion: SERVER_VERSION,
      firstLogin: false,
      remMeToken: null,
      remMeValidityInSeconds: 0,
      healthCheckInterval: 45,
      newClientForUpgrade: null,
      sessionId: Number(session.id),
      parameters: parameterList(session),
      sessionInfo: {
        databaseName: session.database,
        schemaName: session.schema,
        warehouseName: session.warehouse,
        roleName: session.role,
      },
      idToken: null,
      idTokenValidityInSeconds: 0,
      responseData: null,
    })
  })

  // RENEW and ISSUE alike. DIFFERS: ISSUE gives a token of the same session, not of a new one.
  app.post('/session/token-request', (request) => {
    const session = sessions.findByMaster(sessionToken(request.headers.authorization))
    const issued = sessions.issueTokens(session)
    return success({
      sessionToken: issued.sessionToken,
      validityInSecondsST: issued.sessionTokenSeconds,
      masterToken: issued.masterToken,
      validityInSecondsMT: issued.masterTokenSeconds,
      sessionId: Number(session.id),
    })
  })

  app.post('/session/heartbeat', (request) => {
    sessions.find(sessionToken(request.headers.authorization))
    return success()
  })

  app.post<{ Querystring: { delete?: string } }>('/session', async (request) => {
    const session = sessions.find(sessionToken(request.headers.authorization))
    if (request.query.delete === 'true') await sessions.close(session)
    return success()
  })
  return Promise.resolve()
}

/** What CURRENT_VERSION() would say; some clients compare it. */
const SERVER_VERSION = '9.35.0'
