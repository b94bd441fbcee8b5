import { parseArgs } from 'node:util';
import type { Choice, Kind } from './plan/names.ts';

export const HELP = `Kubernetes-Vault, from nothing to a sample app of five pods with a Vault token each.

Usage: node quick-start/quick-start.mjs up|status|down [OPTION ...]

  up       install a Vault in development mode, the controllers and the sample app; run it again at
           any time: what is done already is left as it is
  status   say what runs, who acts, what the apps got, and what to do about what is wrong
  down     remove all of it

It needs kubectl and a cluster in which you may do everything, such as one of kind, minikube or
OpenShift Local.

Options:
  --context NAME        the context of the kubeconfig (default: the current one)
  --secured             up: Vault over TLS by an external CA, login by service account instead of a
                        token, metrics for clients with a certificate
  --image-prefix P      up: take the images from P/kubernetes-vault:VERSION (and so on)
  --vault-image IMAGE   up: another image of OpenBao or Vault
  --vault-cli bao|vault up: what Vault's command line is called in that image, if its name misleads
  --timeout SECONDS     how long to wait for one thing (default: 180)
  --kubectl PATH        the kubectl to use (default: $KUBECTL, or the one on PATH)
  --dry-run             up, down: show the steps and commands, and do nothing
  --yes                 do not ask before changing the cluster
  --help, --version
`;

/** A mistake on the command line; the message is for people. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export type Verb = 'up' | 'status' | 'down';

/** What a person asked for. */
export interface Request extends Omit<Choice, 'root'> {
  readonly verb: Verb;
  readonly context: string | undefined;
  readonly kubectl: string;
  readonly timeoutMs: number;
  readonly isDryRun: boolean;
  readonly isAgreed: boolean;
}

const OPTIONS = {
  context: { type: 'string' },
  secured: { type: 'boolean' },
  'image-prefix': { type: 'string' },
  'vault-image': { type: 'string' },
  'vault-cli': { type: 'string' },
  timeout: { type: 'string' },
  kubectl: { type: 'string' },
  'dry-run': { type: 'boolean' },
  yes: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const;

/**
 * Reads the words after the program's name.
 * @throws UsageError
 */
export function readCommandLine(
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Request | 'help' | 'version' {
  const { values, positionals } = parsed(words);
  if (values.help || positionals[0] === 'help') return 'help';
  if (values.version) return 'version';
  const kind: Kind = values.secured ? 'secured' : 'plain';
  return {
    verb: verbOf(positionals),
    kind,
    context: values.context,
    imagePrefix: values['image-prefix']?.replace(/\/+$/, ''),
    vaultImage: values['vault-image'],
    cli: cliOf(values['vault-cli'], values['vault-image']),
    kubectl: values.kubectl ?? (env['KUBECTL'] || 'kubectl'),
    timeoutMs: secondsOf(values.timeout ?? '180') * 1_000,
    isDryRun: values['dry-run'] ?? false,
    isAgreed: values.yes ?? false,
  };
}

function parsed(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function verbOf([verb, ...more]: readonly string[]): Verb {
  if (verb === undefined) throw new UsageError('say what to do: up, status or down');
  if (more.length > 0)
    throw new UsageError(`one thing at a time, not ${[verb, ...more].join(' ')}`);
  if (verb === 'up' || verb === 'status' || verb === 'down') return verb;
  throw new UsageError(`"${verb}" is not up, status or down`);
}

/** HashiCorp's images are called vault, those of OpenBao by its name. */
function cliOf(given: string | undefined, image = 'openbao'): Choice['cli'] {
  const name = given ?? (/(?:^|\/)vault(?:-enterprise)?(?:[:@]|$)/.test(image) ? 'vault' : 'bao');
  if (name === 'bao' || name === 'vault') return name;
  throw new UsageError(`--vault-cli is bao or vault, not "${name}"`);
}

function secondsOf(text: string): number {
  const seconds = Number(text);
  if (text.trim() !== '' && seconds > 0 && Number.isFinite(seconds)) return seconds;
  throw new UsageError(`--timeout takes seconds, not "${text}"`);
}
