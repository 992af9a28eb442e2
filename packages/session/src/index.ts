export { type ConnectOptions } from './connection-options.ts'
export { type Environment, isInsideContainer } from './container.ts'
export { SessionError, type SessionErrorCode, type SnowflakeAnswer } from './errors.ts'
export { connect, type OpenResult, Session } from './session.ts'
