import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { collectPrinted, type Printed } from '../../support/installation/printed.ts';
import { builtProgram } from '../../support/installation/programs.ts';
import { Program } from '../../support/program.ts';
import { type ControlPlane, startControlPlane } from '../../support/real/control-plane.ts';
import { type OpenBao, startOpenBao } from '../../support/real/openbao.ts';
import { freePort } from '../../support/real/process/free-port.ts';
import { ScratchFolder } from '../../support/real/scratch-folder.ts';
import { until } from '../../support/until.ts';
import {
  type ContainerSpec,
  createAll,
  type KubeObject,
  type OldManifest,
  objectOf,
  readManifest,
} from './manifest.ts';
import { mounted, nodeFor, type OldPod } from './node.ts';
import { type OldVault, setUpVault } from './old-vault.ts';
import { secretsOf, variablesOf } from './variables.ts';

export interface OldInstallationOptions {
  readonly manifest: OldManifest;
  /** Where the original found Vault, as its configuration has it. */
  readonly vaultAddr: string;
  /** Files of a Secret that the manifest mounts but does not hold; the argument is Vault's CA. */
  readonly files?: (vaultCaPem: string) => Readonly<Record<string, string>>;
}

/**
 * A cluster and a Vault that were set up for the original, by its manifests, on which our programs
 * take the place of its images. What differs from the manifests stands for what a node has: addresses,
 * free ports, and where something is mounted.
 */
export interface OldInstallation extends AsyncDisposable {
  readonly plane: ControlPlane;
  readonly vault: OpenBao;
  readonly oldVault: OldVault;
  readonly printed: Printed;
  /** What was applied. */
  readonly objects: readonly KubeObject[];
  readonly metricsUrl: string;
  /** Starts the Deployment's controller, or in its place another command, such as `doctor`. */
  start(...command: readonly string[]): Promise<Program>;
  /** The answer of the controller to who asks whether it is ready. */
  readiness(): Promise<string>;
  /** Writes a file for the test; where it is. */
  scratch(name: string, text: string): string;
  /** A pod of the sample app's Deployment. */
  pod(): Promise<OldPod>;
}

export async function startOldInstallation(
  options: OldInstallationOptions,
): Promise<OldInstallation> {
  await using undo = new AsyncDisposableStack();
  const folder = new ScratchFolder('old-installation');
  undo.defer(() => folder.remove());
  const plane = undo.use(await startControlPlane());
  const vault = undo.use(await startOpenBao({ tls: options.vaultAddr.startsWith('https:') }));
  const oldVault = await setUpVault(vault);
  const objects = readManifest(options.manifest, oldVault);
  await createAll(plane, objects);
  const ports = { metrics: await freePort(), health: await freePort(), peer: await freePort() };
  const printed = collectPrinted();
  const node = nodeFor({ plane, folder, printed, secrets: secretsOf(objects) });
  const place = { plane, vault, folder, objects, ports, printed, options };
  const programs: Program[] = [];
  undo.defer(() => killAll(programs));
  const kept = undo.move();
  return {
    ...{ plane, vault, oldVault, printed, objects },
    metricsUrl: `https://127.0.0.1:${ports.metrics}/metrics`,
    async start(...command) {
      const program = await startController(place, command);
      programs.push(program);
      return program;
    },
    async readiness() {
      return await (await fetch(`http://127.0.0.1:${ports.health}/readyz?verbose`)).text();
    },
    scratch: (name, text) => join(mounted(folder, 'scratch', { [name]: text }), name),
    pod: () => node.pod(objectOf(objects, 'Deployment', 'sample-app')),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

interface Place {
  readonly plane: ControlPlane;
  readonly vault: OpenBao;
  readonly folder: ScratchFolder;
  readonly objects: readonly KubeObject[];
  readonly ports: { readonly metrics: number; readonly health: number; readonly peer: number };
  readonly printed: Printed;
  readonly options: OldInstallationOptions;
}

async function killAll(programs: readonly Program[]): Promise<void> {
  for (const program of programs) program.signal('SIGKILL');
  await Promise.all(programs.map(({ ended }) => ended));
}

async function startController(place: Place, command: readonly string[]): Promise<Program> {
  const { plane, folder, objects, printed, options } = place;
  const { metadata, spec } = objectOf(objects, 'Deployment', 'kubernetes-vault');
  const [container] = spec?.template.spec.containers ?? [];
  if (container === undefined) throw new Error('the manifest has no container');
  const namespace = metadata.namespace ?? 'default';
  const secrets = secretsOf(objects);
  const account = folder.file('service-account');
  await plane.writeServiceAccountDir(namespace, 'kubernetes-vault', account);
  const { at, moved } = mount(place, container);
  const written = variablesOf(container.env, { namespace, secrets });
  const program = new Program({
    name: command[0] ?? 'controller',
    file: builtProgram('kubernetes-vault'),
    args: [...command, ...(container.args ?? [])],
    // What it mounts is where it looks for a file, as /kubernetes-vault is in the image.
    cwd: at,
    environment: {
      ...Object.fromEntries(Object.entries(written).map(([key, text]) => [key, moved(text)])),
      KUBERNETES_SERVICE_HOST: plane.address,
      KUBERNETES_SERVICE_PORT: String(plane.port),
      KUBERNETES_VAULT_SERVICE_ACCOUNT_DIR: account,
      KUBERNETES_VAULT_ALLOW_LOOPBACK_PODS: 'true',
    },
  });
  printed.add(options.manifest, () => program.printed);
  return program;
}

/** Mounts what the container has, and says how a text of the manifest reads on this machine. */
function mount(place: Place, { volumeMounts = [] }: ContainerSpec) {
  const { vault, folder, objects, options } = place;
  const [only] = volumeMounts;
  if (only === undefined) throw new Error('the manifest mounts nothing');
  const config = objects.find(({ kind }) => kind === 'ConfigMap')?.data ?? {};
  const at = mounted(folder, only.name, {});
  const moved = (text: string) => onThisMachine(place, text.replaceAll(only.mountPath, at));
  const texts = Object.entries(config).map(([name, text]) => [name, moved(text)]);
  const others = options.files?.(vault.caPem ?? '');
  mounted(folder, only.name, { ...Object.fromEntries(texts), ...others });
  return { at, moved };
}

/** The text, or the configuration that it is, with addresses and ports of this machine. */
function onThisMachine({ vault, ports, options }: Place, text: string): string {
  if (!text.includes('kubernetes:')) return text;
  const document = parseDocument(text.replaceAll(options.vaultAddr, vault.addr));
  document.setIn(['prometheus', 'address'], '127.0.0.1');
  document.setIn(['prometheus', 'port'], ports.metrics);
  document.setIn(['health', 'port'], ports.health);
  document.setIn(['peerPort'], ports.peer);
  return document.toString();
}

/** Waits until the controller is ready. */
export async function isReady(home: OldInstallation): Promise<void> {
  await until('the controller is ready', async () => {
    const answer = await home.readiness();
    if (answer.includes('readyz check passed')) return true;
    throw new Error(answer);
  });
}
