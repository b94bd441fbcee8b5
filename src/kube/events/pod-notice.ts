/** Something that people are to read where they look at a pod: `kubectl describe pod`. */
export interface PodNotice {
  readonly pod: { readonly uid: string; readonly namespace: string; readonly name: string };
  readonly type: 'Normal' | 'Warning';
  /** For machines, in CamelCase: `VaultSecretFailed`. */
  readonly reason: string;
  /** Notices of one pod, reason and topic are one Event, which counts them. */
  readonly topic: string;
  /** For people; sanitised. */
  readonly message: string;
  /**
   * `urgent` ones go before all others, and no limit keeps a first one back (repetitions obey their
   * pod's). `patient` ones are of what may pass by itself in a moment: a Normal notice of the same
   * pod takes them back.
   */
  readonly urgency: 'urgent' | 'usual' | 'patient';
}
