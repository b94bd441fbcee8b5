/** What one check found. `check` and `subject` are for machines too: they stay what they are. */
export type Finding = Named & (Good | Bad);

interface Named {
  /** Such as `vault.sealed`. */
  readonly check: string;
  /** What it is about, where there are several: a role, a pod. */
  readonly subject?: string;
}

interface Good {
  /** `skipped` could not be looked at: because of another finding, or from here. */
  readonly result: 'ok' | 'skipped';
  /** For people; sanitised. */
  readonly reason: string;
}

interface Bad {
  /** With a `failed` one there are pods that get no credential; a `warning` should be known. */
  readonly result: 'failed' | 'warning';
  readonly reason: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** Makes the findings of one check. */
export interface About {
  ok(reason: string): Finding;
  skipped(reason: string): Finding;
  warning(reason: string, remedy: string): Finding;
  failed(reason: string, remedy: string): Finding;
}

export function about(check: string, subject?: string): About {
  const named: Named = subject === undefined ? { check } : { check, subject };
  return {
    ok: (reason) => ({ ...named, result: 'ok', reason }),
    skipped: (reason) => ({ ...named, result: 'skipped', reason }),
    warning: (reason, remedy) => ({ ...named, result: 'warning', reason, remedy }),
    failed: (reason, remedy) => ({ ...named, result: 'failed', reason, remedy }),
  };
}

/** The check with its subject, for people. */
export function nameOf({ check, subject }: Finding): string {
  return subject === undefined ? check : `${check} ${subject}`;
}

export function hasFailed(findings: readonly Finding[]): boolean {
  return findings.some(({ result }) => result === 'failed');
}
