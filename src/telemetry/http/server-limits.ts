/** What a server grants to clients that take their time; a scrape or a probe takes milliseconds. */
export const SERVER_LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 10_000,
  /** Longer than between two scrapes, so that they share one connection. */
  keepAliveTimeout: 75_000,
  maxHeaderSize: 8_192,
  /** Connections that are checked for these timeouts: each so many ms. */
  connectionsCheckingInterval: 5_000,
} as const;

/** Open connections; more are refused. */
export const MAX_CONNECTIONS = 128;
