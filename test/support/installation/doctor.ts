import type { Finding } from '../../../src/doctor/finding.ts';
import { inShort } from '../doctor/findings.ts';
import { Program } from '../program.ts';
import type { ConfigChange } from './config.ts';
import type { Installation } from './installation.ts';
import { builtProgram } from './programs.ts';

/** How the doctor is asked. */
export interface Visit {
  readonly args?: readonly string[];
  /** What is different in the configuration. */
  readonly config?: ConfigChange;
  /** Variables besides those of the controller's pod. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** What the doctor found. */
export interface Diagnosis {
  readonly code: number;
  /** All findings, each as `result check subject: reason → remedy`. */
  readonly findings: readonly string[];
}

/** Has an installation examined by the built program, in a process of its own. */
export async function examined(home: Installation, visit: Visit = {}): Promise<Diagnosis> {
  const { code, printed } = await examinedAs(home, '--output', 'json', visit);
  const { findings } = JSON.parse(printed) as { findings: readonly Finding[] };
  return { code, findings: findings.map(inShort) };
}

/** The same as a person reads it. */
export async function examinedAs(
  home: Installation,
  option: string,
  value: string,
  { args = [], config, environment = {} }: Visit,
): Promise<{ readonly code: number; readonly printed: string }> {
  const program = new Program({
    name: 'doctor',
    file: builtProgram('kubernetes-vault'),
    args: ['doctor', ...args, '--config', home.writeConfig(config), option, value],
    environment: { ...(await home.controllerEnvironment()), ...environment },
  });
  home.printed.add('doctor', () => program.printed);
  const code = await program.ended;
  return { code, printed: program.printed };
}
