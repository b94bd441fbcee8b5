/**
 * Bytes that are not the MessagePack they should be. `truncated`: a longer input could be right, which
 * is how a reader of a stream knows that it has to wait for more.
 */
export class MsgpackError extends Error {
  override readonly name = 'MsgpackError';
  readonly kind: 'truncated' | 'malformed';

  constructor(kind: 'truncated' | 'malformed', detail: string) {
    super(detail);
    this.kind = kind;
  }
}
