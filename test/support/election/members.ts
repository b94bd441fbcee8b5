import type { MembersView, MemberView } from '../../../src/election/raft/members/members-view.ts';

/** A voter that is well, but for what is said of it. */
export function aMember(about: Partial<MemberView> = {}): MemberView {
  return {
    id: '6b0f1c52-9d5e-4f0a-8f5d-0c4c1b6f7a10',
    node: '10.0.0.1:45678',
    pod: 'kubernetes-vault-a',
    address: '10.0.0.1:45679',
    state: 'alive',
    role: 'voter',
    acts: false,
    version: '1.0.0',
    epoch: 2,
    lastContactMs: 48.25,
    isUs: false,
    ...about,
  };
}

/** What is known before anything is known. */
export const NEW_MEMBER = aMember({
  id: undefined,
  pod: undefined,
  address: undefined,
  state: 'unknown',
  role: 'joining',
  version: undefined,
  epoch: undefined,
  lastContactMs: undefined,
});

export function aView(...members: readonly MemberView[]): MembersView {
  return { cluster: 'blue', epoch: 2, term: 7, members };
}
