import { readFileSync } from 'node:fs';
import { systemClock } from '../../base/clock.ts';
import { type Loaded, loadSettings } from '../../config/load-settings.ts';
import type { Settings } from '../../config/settings.ts';
import { examine } from '../../doctor/examine.ts';
import { examinePod } from '../../doctor/examine-pod.ts';
import { about, type Finding, hasFailed } from '../../doctor/finding.ts';
import { headline } from '../../doctor/render/headline.ts';
import { renderJson } from '../../doctor/render/json.ts';
import { renderTable } from '../../doctor/render/table.ts';
import type { KubeCredentials } from '../../kube/api/credentials.ts';
import { findCredentials } from '../../kube/api/find-credentials.ts';
import { serviceAccountDir } from '../assembly/service-account-dir.ts';
import type { DoctorCommand } from './doctor-cli.ts';
import { doctorSettings } from './doctor-settings.ts';
import type { ConfigSource } from './find-config.ts';

export interface DoctorEnvironment {
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Whether what is printed is read at a terminal. */
  readonly isTerminal: boolean;
  readonly print: (text: string) => void;
}

const EXIT = { fine: 0, failed: 1, badConfiguration: 2 } as const;

/** Examines what the configuration names, prints what it finds, and returns the exit code. */
export async function runDoctor(
  command: DoctorCommand,
  source: ConfigSource,
  environment: DoctorEnvironment,
): Promise<number> {
  const loaded = loadSettings(source.configText, environment.variables, (path) =>
    readFileSync(path, 'utf8'),
  );
  const config = configFindings(source.configName, loaded);
  if (!loaded.ok) {
    print(config, command, environment);
    return EXIT.badConfiguration;
  }
  const found = [...config, ...(await examined(command, loaded.settings, environment))];
  print(found, command, environment);
  return hasFailed(found) ? EXIT.failed : EXIT.fine;
}

function configFindings(name: string, loaded: Loaded): Finding[] {
  if (loaded.ok) {
    const warnings = loaded.warnings.map(({ key, text }) =>
      about('config', key).warning(text, 'change it, unless that is what you want'),
    );
    return [about('config').ok(`${name} holds no mistake`), ...warnings];
  }
  return loaded.problems.map(({ at, key, wrong, write }) =>
    about('config', key).failed(`${name}:${at.line}:${at.column}: ${wrong}`, write),
  );
}

function examined(
  { pod, pre, roles, as }: DoctorCommand,
  settings: Settings,
  { variables }: DoctorEnvironment,
): Promise<Finding[]> {
  const folder = serviceAccountDir(variables);
  const { KUBERNETES_SERVICE_HOST: host, KUBECONFIG: kubeconfig } = variables;
  const parts = {
    settings: doctorSettings(settings, variables),
    wish: {
      pre,
      roles,
      as: as === undefined ? undefined : userOf(as, settings.kubernetes.serviceNamespace),
      inPod: Boolean(host) && !kubeconfig,
    },
    credentials: credentialsFrom(variables, folder),
    clock: systemClock,
  };
  return pod === undefined ? examine(parts) : examinePod(parts, pod);
}

/** A service account by its name, with or without its namespace, or any user by its whole name. */
function userOf(account: string, home: string): string {
  if (account.includes(':')) return account;
  const [first = '', second] = account.split('/', 2);
  const [namespace, name] = second === undefined ? [home, first] : [first, second];
  return `system:serviceaccount:${namespace}:${name}`;
}

/** Credentials that lead nowhere are something to be told, not the end. */
function credentialsFrom(
  variables: DoctorEnvironment['variables'],
  folder: string,
): KubeCredentials {
  try {
    return findCredentials(variables, folder, systemClock);
  } catch (error) {
    return { access: () => Promise.reject(error), refused: () => {} };
  }
}

function print(
  findings: readonly Finding[],
  { pod, output }: DoctorCommand,
  { variables, isTerminal, print: write }: DoctorEnvironment,
): void {
  if (output === 'json') return write(renderJson(findings));
  const colours = isTerminal && !variables['NO_COLOR'];
  const first = pod && headline(`${pod.namespace}/${pod.name}`, findings);
  write(renderTable(findings, { headline: first, colours }));
}
