import { sanitize } from '../../base/sanitize.ts';
import { fields, text } from '../../kube/api/json.ts';
import type { KubeClient } from '../../kube/api/kube-client.ts';
import { isKubeError, type KubeError } from '../../kube/api/kube-error.ts';
import { about, type Finding } from '../finding.ts';

/** Whom the API server takes us for. */
export type Identity =
  | { readonly kind: 'known'; readonly user: string }
  /** Before Kubernetes 1.28 nobody is told. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'refused'; readonly error: KubeError };

const DEADLINE_MS = 10_000;

/** Kubernetes API: authentication.k8s.io/v1 SelfSubjectReview. */
export async function gatherIdentity(client: KubeClient): Promise<Identity> {
  const [group, version] = ['authentication.k8s.io', 'v1'];
  try {
    const answer = await client.json({
      name: 'ask who we are',
      method: 'POST',
      path: `/apis/${group}/${version}/selfsubjectreviews`,
      body: {
        contentType: 'application/json',
        value: { apiVersion: `${group}/${version}`, kind: 'SelfSubjectReview' },
      },
      deadlineMs: DEADLINE_MS,
    });
    const user = text(fields(fields(fields(answer)['status'])['userInfo'])['username']);
    return user === undefined ? { kind: 'unknown' } : { kind: 'known', user: sanitize(user) };
  } catch (error) {
    if (!isKubeError(error)) throw error;
    return error.kind === 'notFound' ? { kind: 'unknown' } : { kind: 'refused', error };
  }
}

/** Whom the checks of rights are to be about. */
export interface Speaker {
  /** The user that is impersonated, if one is. */
  readonly as: string | undefined;
  /** Whether they are to be about somebody else: the controller, while we are neither it nor speak for it. */
  readonly isAnother: boolean;
}

/** Whether the API server knows us, and whether we are the one that the controller will be. */
export function judgeIdentity(identity: Identity, { as, isAnother }: Speaker): Finding {
  const it = about('kubernetes.identity');
  if (identity.kind === 'refused') {
    const { error } = identity;
    const reason = `the API server does not take our requests: ${error.detail}`;
    if (as !== undefined && error.kind === 'forbidden') {
      return it.failed(reason, 'ask for the right to impersonate it, or leave --as out');
    }
    return it.failed(reason, 'look at the credentials: are they expired, or of another cluster?');
  }
  const user = identity.kind === 'known' ? identity.user : (as ?? 'somebody it does not name');
  if (!isAnother) return it.ok(`the API server takes us for ${user}`);
  const reason = `what follows is true of ${user}, not of the controller's service account`;
  return it.warning(reason, 'speak for it with --as kubernetes-vault, once it exists');
}
