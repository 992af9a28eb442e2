import type { FastifyInstance } from 'fastify'
import { ServerError } from '../errors.ts'
import type { Shells } from '../terminal/shells.ts'
import { readTexts } from './read-request.ts'

/** @param shells Undefined where NOTEBOOK_SHELLS is not set. */
export function shellRoutes(app: FastifyInstance, shells: Shells | undefined): void {
  app.get('/api/shells', { config: { access: 'read' } }, (request) =>
    orOff(shells).list(request.user),
  )
  app.post('/api/shells', { config: { access: 'change' } }, (request, reply) => {
    const id = orOff(shells).start(request.user)
    return reply.code(201).send({ id })
  })
  app.delete('/api/shells', { config: { access: 'change' } }, async (request, reply) => {
    const { id } = readTexts(request.query, ['id'])
    await orOff(shells).end(request.user, id)
    return reply.code(204).send()
  })
}

/** @throws {ServerError} `SHELLS_OFF`. */
export function orOff(shells: Shells | undefined): Shells {
  if (shells !== undefined) return shells
  throw new ServerError('SHELLS_OFF', 'Cannot use shells: they are off', {
    hint: 'Start the notebook with NOTEBOOK_SHELLS=true; a shell may do all that the service may',
  })
}
