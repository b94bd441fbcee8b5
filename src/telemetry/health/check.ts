/** One thing that must be so for the controller to be ready. */
export interface Check {
  /** As `/readyz?verbose` lists it. */
  readonly name: string;
  /** Asked at each request: must not take time. The reason is for people, without secrets. */
  state(): CheckState;
}

export type CheckState = 'ok' | { readonly reason: string };
