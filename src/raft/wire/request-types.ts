import type { Request } from '../messages.ts';

/** The byte before a request: hashicorp's net_transport.go. */
export const REQUEST_TYPES: Readonly<Record<Request['kind'], number>> = {
  'append-entries': 0,
  'request-vote': 1,
  'install-snapshot': 2,
  'timeout-now': 3,
  'request-pre-vote': 4,
};
