import type { Answer } from './command.ts';
import type { Problem } from './step.ts';

/** What cannot be gone on with; the message is for people. */
export class Trouble extends Error {
  override readonly name = 'Trouble';
  readonly problem: Problem;

  constructor(problem: Problem, options?: ErrorOptions) {
    super(problem.what, options);
    this.problem = problem;
  }
}

/** There is no kubectl. */
export class KubectlMissing extends Trouble {
  constructor(program: string, cause: unknown) {
    const what = `${program} cannot be started: it is not installed, or not on PATH`;
    const remedies = [
      'install kubectl: https://kubernetes.io/docs/tasks/tools/',
      'or name the program: --kubectl PATH (on Windows a .exe)',
    ];
    super({ what, remedies }, { cause });
  }
}

/** Whether what `kubectl exec` started ran, and said no: then Vault is what refuses. */
export function refusedInside({ code, stderr }: Answer): boolean {
  return code !== 0 && /command terminated with exit code (?!12[678]\b)\d+/.test(stderr);
}

interface Known extends Omit<Problem, 'what'> {
  readonly sign: RegExp;
}

/** What kubectl says when something is wrong, and what then helps; the first that fits counts. */
const KNOWN: readonly Known[] = [
  {
    // Words of Vault's command line in its pod, while the server beside it starts.
    sign: /(?:127\.0\.0\.1:\d+: connect: connection refused|Vault is sealed).*command terminated with exit code/is,
    remedies: ['Vault is just starting: run this again, it goes on where it is needed'],
    isPassing: true,
  },
  {
    sign: /context ".*" does not exist|current-context is not set|no context exists/i,
    remedies: ['see which there are: kubectl config get-contexts', 'choose one: --context NAME'],
  },
  {
    sign: /must be logged in|Unauthorized|provide credentials|executable .* failed with exit code|token has expired/i,
    remedies: ['log in to the cluster again; this must work: kubectl auth whoami'],
  },
  {
    sign: /forbidden/i,
    remedies: [
      'the quick start makes namespaces, roles and bindings: it needs the rights of a cluster admin',
      'see whom the cluster takes you for: kubectl auth whoami',
      'choose another context: --context NAME',
    ],
  },
  {
    sign: /executable file not found|no such file or directory.*exec|exec: "(bao|vault)"|exit code 12[678]/i,
    remedies: ["say what Vault's command line is called in its image: --vault-cli bao|vault"],
  },
  {
    sign: /pods? ".*" not found|container not found|error dialing backend|unable to upgrade connection|no running pods|:10250\/|unexpected EOF/i,
    remedies: ['a pod went away meanwhile: run this again, it goes on where it is needed'],
    isPassing: true,
  },
  {
    sign: /connection refused|was refused|no such host|i\/o timeout|deadline exceeded|unable to connect|no route to host|TLS handshake|x509:|network is unreachable|EOF/i,
    remedies: [
      'is the cluster running, and the context the right one? This must answer: kubectl cluster-info',
      'no cluster yet? For example: kind create cluster, or minikube start',
    ],
  },
];

const UNKNOWN: Known = {
  sign: /./,
  remedies: ['once that is mended, run this again: it goes on where it is needed'],
};

/** What went wrong with a command that a person knows as `line`. */
export function problemOf(line: string, { code, stderr }: Answer): Problem {
  const words = stderr.trim() === '' ? `it ended with exit code ${code}` : readable(stderr);
  const known = KNOWN.find(({ sign }) => sign.test(stderr));
  const { sign: _, ...told } = known ?? UNKNOWN;
  return { what: `this did not work: ${line}\n${words}`, ...told };
}

const MOST_LINES = 12;

/** Without control characters, blank lines and noise. */
export function readable(text: string): string {
  const lines = text.split(/\r?\n/).map((line) => line.replace(/[\p{Cc}\p{Cf}]/gu, ' ').trimEnd());
  const telling = lines.filter((line) => line.trim() !== '' && !/^(Warning|Defaulted)/.test(line));
  return telling.slice(-MOST_LINES).join('\n');
}
