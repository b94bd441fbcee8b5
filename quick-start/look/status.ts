import { APPS, CONTROLLERS, type Kind, MARK, VAULT } from '../plan/names.ts';
import { FIND_NAMESPACES, namespacesOf } from '../plan/namespaces.ts';
import { vaultCliIn } from '../plan/vault-cli.ts';
import { type Command, json, type Kubectl, typed } from '../run/command.ts';
import { problemOf, refusedInside, Trouble } from '../run/trouble.ts';
import { accessorsIn, LOGS } from './app-logs.ts';
import { type Workload, workloadIn, workloadOf } from './workload.ts';

/** What is known of the installation. */
export interface State {
  /** Undefined where there is none. */
  readonly kind: Kind | undefined;
  readonly vault: Workload;
  /** Undefined where Vault does not answer. */
  readonly inVault: InVault | undefined;
  readonly controllers: Workload;
  /** Who holds the Lease, and until when at the latest (milliseconds since the Unix epoch). */
  readonly leader: { readonly name: string; readonly until: number } | undefined;
  readonly apps: Workload;
  /** The accessor of each pod's token, by the pod's name. */
  readonly accessors: ReadonlyMap<string, string>;
  /** The last Event about each pod's credential, by the pod's name. */
  readonly events: ReadonlyMap<string, PodEvent>;
}

export interface InVault {
  readonly hasRole: boolean;
  readonly accessors: ReadonlySet<string>;
}

export interface PodEvent {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
}

const LEASE: Command = {
  args: ['get', 'lease', 'kubernetes-vault', '-n', CONTROLLERS, '--ignore-not-found', '-o', 'json'],
};
const EVENTS: Command = { args: ['get', 'events', '-n', APPS, '-o', 'json'] };

/**
 * Looks at the cluster; changes nothing.
 * @throws Trouble where the cluster refuses to be looked at
 */
export async function gatherState(kubectl: Kubectl): Promise<State> {
  const out = async (command: Command) => outputOf(kubectl, command);
  const marks = namespacesOf(await out(FIND_NAMESPACES)).map(({ metadata }) => metadata.labels);
  const kind = marks.map((labels) => labels?.[MARK]).find((mark) => mark !== undefined);
  const vault = workloadOf(await out(workloadIn(VAULT, 'vault')));
  const apps = workloadOf(await out(workloadIn(APPS, 'sample-app')));
  return {
    kind: kind === 'plain' || kind === 'secured' ? kind : undefined,
    vault,
    inVault: vault.pods.length === 0 ? undefined : await lookInto(kubectl, vault),
    controllers: workloadOf(await out(workloadIn(CONTROLLERS, 'kubernetes-vault'))),
    leader: leaderOf(await out(LEASE)),
    apps,
    // A pod that has not begun to log is no reason to see nothing at all.
    accessors: accessorsIn((await kubectl.run(LOGS.args)).stdout),
    events: eventsOf(await out(EVENTS)),
  };
}

async function outputOf(kubectl: Kubectl, command: Command): Promise<string> {
  const answer = await kubectl.run(command.args);
  if (answer.code === 0) return answer.stdout;
  throw new Trouble(problemOf(typed(command).join(' '), answer));
}

/** By Vault's own command line, as root; it may be away. */
async function lookInto(kubectl: Kubectl, { deployment }: Workload): Promise<InVault | undefined> {
  const [program] = deployment?.spec.template.spec.containers[0]?.command ?? [];
  const vault = vaultCliIn({ cli: program === 'vault' ? 'vault' : 'bao' });
  const living = await kubectl.run(vault(['list', '-format=json', 'auth/token/accessors']).args);
  if (living.code !== 0) return undefined;
  const role = await kubectl.run(vault(['read', 'auth/approle/role/sample-app']).args);
  if (role.code !== 0 && !refusedInside(role)) return undefined;
  return { hasRole: role.code === 0, accessors: new Set(json<string[]>(living.stdout)) };
}

interface KubeLease {
  readonly spec: {
    readonly holderIdentity?: string;
    readonly renewTime?: string;
    readonly leaseDurationSeconds?: number;
  };
}

function leaderOf(found: string): State['leader'] {
  if (found.trim() === '') return undefined;
  const { holderIdentity, renewTime = '', leaseDurationSeconds = 0 } = json<KubeLease>(found).spec;
  if (!holderIdentity) return undefined;
  // The pod's name, and a random part for the process.
  const [name = ''] = holderIdentity.split('_');
  return { name, until: Date.parse(renewTime) + leaseDurationSeconds * 1_000 };
}

interface KubeEvent extends PodEvent {
  readonly involvedObject: { readonly kind: string; readonly name: string };
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
}

function eventsOf(found: string): ReadonlyMap<string, PodEvent> {
  const { items } = json<{ items: readonly KubeEvent[] }>(found);
  const ours = items.filter(({ reason }) => reason.startsWith('Vault'));
  const inOrder = ours.toSorted((one, other) => (timeOf(one) < timeOf(other) ? -1 : 1));
  return new Map(inOrder.map((event) => [event.involvedObject.name, event]));
}

function timeOf({ eventTime, lastTimestamp }: KubeEvent): string {
  return eventTime ?? lastTimestamp ?? '';
}
