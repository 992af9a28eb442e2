/** A ready instance of a service, for one request: it is not ended before the lease was released, or not at once. */
export interface InstanceLease {
  /** Its origin: `http://127.0.0.1:41234`. */
  readonly url: string
  /** Is called once the request is over, however it went; again means nothing. */
  readonly release: () => void
}
