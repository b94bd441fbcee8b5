/** A request to a server that failed. The message names the request and the server's own words, sanitised. */
export abstract class RequestError<Kind extends string> extends Error {
  abstract readonly kind: Kind;
  /** Whether the very same request may succeed later, with nobody changing anything. */
  abstract readonly retryable: boolean;
  /** The request's name, such as `list pods` or `mint a secret_id for role web`. */
  readonly request: string;
  /** What was wrong, without the request's name; fit for people and logs. */
  readonly detail: string;

  constructor(request: string, detail: string, options?: ErrorOptions) {
    super(`${request}: ${detail}`, options);
    this.request = request;
    this.detail = detail;
  }
}
