import { ANNOTATION } from '../../kube/pod-facts.ts';
import type { Result } from '../../wire/answer.ts';
import type { Obstacle } from '../policy/customer.ts';
import type { Reason, RoleProblem, VaultProblem } from '../reason.ts';
import type { Report } from '../report.ts';

/** What a person is told: what is the matter, and what to do about it. */
export interface Explanation {
  readonly message: string;
  readonly remedy: string;
}

export function explainObstacle(by: Obstacle, detail: string): Explanation {
  return {
    message: OBSTACLES[by].message.replace('%', () => detail),
    remedy: OBSTACLES[by].remedy,
  };
}

const OBSTACLES: Readonly<Record<Obstacle, Explanation>> = {
  'mirror-pod': {
    message: 'a mirror pod of a static manifest gets no credential',
    remedy: 'run it as an ordinary pod',
  },
  'no-approle-annotation': {
    message: 'the pod names an init container, but no AppRole',
    remedy: `add the annotation ${ANNOTATION.approle}`,
  },
  'no-init-container-annotation': {
    message: 'the pod names an AppRole, but no init container',
    remedy: `add the annotation ${ANNOTATION.initContainer}`,
  },
  'init-container-absent': {
    message: 'the annotation names the init container "%", which the pod does not have',
    remedy: `let ${ANNOTATION.initContainer} name one of the pod's init containers`,
  },
  'init-container-not-running': {
    message: 'the init container "%" is not running',
    remedy: 'look at the init containers before it, its image, and its last exit',
  },
  'no-ip': { message: 'the pod has no IP yet', remedy: 'look at the network plugin of its node' },
  'unfit-ip': {
    message: 'the pod IP % and cannot be served',
    remedy: 'look at the network plugin of its node',
  },
  'bad-role-name': {
    message: '"%" is no name that an AppRole of Vault can have',
    remedy: 'use letters, digits, "_", and "." or "-" between them',
  },
  'bad-port': {
    message: `the port "%" of ${ANNOTATION.initPort} cannot be used`,
    remedy: 'name a port from 1024 to 65535 that the init container declares as a containerPort',
  },
  'not-authorized': {
    message: 'no authorization rule lets this pod have the role "%"',
    remedy:
      "add a rule for its namespace under authorization.rules in the controller's configuration",
  },
};

export function explainReason(reason: Reason): Explanation {
  switch (reason.kind) {
    case 'vault-unavailable':
      return explainVault(reason);
    case 'role-missing':
    case 'role-denied':
    case 'role-rejected':
      return explainRole(reason);
    case 'not-listening':
      return {
        message: `nothing can be reached at ${reason.address} (${reason.words})`,
        remedy: 'look at the init container, and at network policies between it and the controller',
      };
    case 'answered':
      return explainAnswer(reason.result, reason.words);
    case 'foreign-answer':
      return {
        message: `something that is no init container of ours answered ${reason.status}: the pod says "${reason.words}"`,
        remedy: `let ${ANNOTATION.initContainer} name the container that runs kubernetes-vault-init`,
      };
    case 'no-answer':
      return {
        message: `${reason.address} took the push and did not answer (${reason.words})`,
        remedy: "look at the init container's log",
      };
    case 'not-finished':
      return explainNotFinished(undefined);
    case 'mint-limit':
      return {
        message: 'too many secret_ids were minted for this pod; it waits',
        remedy: 'look at why its init container does not keep one',
      };
    case 'address-shared':
      return {
        message: `another pod on the same node's network is being served at ${reason.address}`,
        remedy: `give each its own port (${ANNOTATION.initPort}), or no hostNetwork`,
      };
  }
}

/** An init container that ended otherwise than well, or not in time (no exit code). */
export function explainNotFinished(exitCode: number | undefined): Explanation {
  return {
    message:
      exitCode === undefined
        ? 'the init container took its credential and did not end in time'
        : `the init container ended with exit code ${exitCode}`,
    remedy: "look at the init container's log",
  };
}

export function explainInterception(certainty: Certainty): Explanation {
  return { message: ALARMS[certainty], remedy: 'look its accessor up in the audit log of Vault' };
}

type Certainty = Extract<Report, { kind: 'interception' }>['certainty'];

const ALARMS: Readonly<Record<Certainty, string>> = {
  suspected:
    'INTERCEPTION SUSPECTED: a wrapping token was used by somebody other than the init container that it was pushed to',
  possible:
    'interception possible: a wrapping token was used, and the init container that it was pushed to did not answer',
  'delivered-but-not-seen-to-finish':
    'delivered but not seen to finish: an init container said it had exchanged its token, and did not end with 0; if it did not, somebody else did',
};

function explainVault({ problem, words }: VaultProblem): Explanation {
  if (problem === 'token-invalid') {
    return {
      message: `Vault no longer accepts the controller's token (${words})`,
      remedy: 'give the controller a new token',
    };
  }
  return {
    message: `Vault cannot be asked for credentials (${problem}: ${words})`,
    remedy: 'look at Vault: is it sealed, a standby, overloaded, unreachable?',
  };
}

function explainRole({ kind, role, words }: RoleProblem): Explanation {
  switch (kind) {
    case 'role-missing':
      return {
        message: `Vault has no AppRole "${role}" (${words})`,
        remedy: `make it, or correct the annotation ${ANNOTATION.approle}`,
      };
    case 'role-denied':
      return {
        message: `Vault does not let the controller mint for "${role}" (${words})`,
        remedy: `let the controller's policy update auth/<mount>/role/${role}/secret-id`,
      };
    case 'role-rejected':
      return {
        message: `Vault rejects a mint for "${role}" (${words})`,
        remedy: "look at the role's settings, and at the controller's wrappingTTL",
      };
  }
}

const REMEDIES: Readonly<Record<Result, string>> = {
  exchanged: 'none is needed',
  done: 'none is needed',
  busy: 'none is needed: another push is being exchanged',
  'bad-push': 'let controller and init container be of versions that fit together',
  'pin-mismatch':
    "compare the init container's VAULT_* variables with the controller's configuration",
  'token-gone': 'look in the audit log of Vault who used the token',
  'login-refused':
    "compare VAULT_ROLE_ID with the role's role_id; look at the role's limits, and whether failed logins have locked it (user lockout)",
  'vault-unreachable':
    'look at the way from the pod to Vault: address, certificate, network policy',
  'write-failed': 'look at the volume at CREDENTIALS_PATH: is it mounted, writable, full?',
};

function explainAnswer(result: Result, words: string): Explanation {
  return {
    message: `the init container answered ${result}: the pod says "${words}"`,
    remedy: REMEDIES[result],
  };
}
