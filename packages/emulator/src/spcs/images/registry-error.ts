/** What registry clients see, by the codes of the OCI distribution specification. */
export type RegistryErrorCode =
  | 'BLOB_UNKNOWN' // no such blob in this repository
  | 'BLOB_UPLOAD_INVALID' // two requests write to one upload, or a chunk is not the next one
  | 'BLOB_UPLOAD_UNKNOWN' // the upload ended, failed or never was
  | 'DENIED' // signed in, but the role lacks READ or WRITE
  | 'DIGEST_INVALID' // the bytes do not have the digest that was given
  | 'MANIFEST_BLOB_UNKNOWN' // a manifest names a blob that was not pushed
  | 'MANIFEST_INVALID' // no image manifest and no index
  | 'MANIFEST_UNKNOWN' // no such tag or digest
  | 'NAME_INVALID' // a path that names no image
  | 'NAME_UNKNOWN' // no such image repository
  | 'UNAUTHORIZED' // not signed in
  | 'UNSUPPORTED' // a method that this registry has not

const STATUS: Readonly<Record<RegistryErrorCode, number>> = {
  BLOB_UNKNOWN: 404,
  BLOB_UPLOAD_INVALID: 416,
  BLOB_UPLOAD_UNKNOWN: 404,
  DENIED: 403,
  DIGEST_INVALID: 400,
  MANIFEST_BLOB_UNKNOWN: 400,
  MANIFEST_INVALID: 400,
  MANIFEST_UNKNOWN: 404,
  NAME_INVALID: 400,
  NAME_UNKNOWN: 404,
  UNAUTHORIZED: 401,
  UNSUPPORTED: 405,
}

/**
 * A fault in talking to the image registry.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes
 */
export class RegistryError extends Error {
  readonly code: RegistryErrorCode
  /** HTTP status. */
  readonly status: number

  constructor(code: RegistryErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'RegistryError'
    this.code = code
    this.status = STATUS[code]
  }
}
