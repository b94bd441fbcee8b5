import { readFileSync } from 'node:fs';
import type { Clock } from '../../base/clock.ts';
import { loadSettings } from '../../config/load-settings.ts';
import { formatProblems } from '../../config/problem.ts';
import type { Settings } from '../../config/settings.ts';
import { AskMembersError, askMembers } from '../../election/raft/members/ask-members.ts';
import { membersTable } from '../../election/raft/members/members-table.ts';
import { encodeView } from '../../election/raft/members/view-codec.ts';
import type { ConfigSource } from './find-config.ts';
import type { MembersCommand } from './members-cli.ts';

export interface MembersEnvironment {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly print: (text: string) => void;
  /** Says why there is no list. */
  readonly complain: (text: string) => void;
}

const EXIT = { listed: 0, noList: 1, badConfiguration: 2 } as const;

const INDENT = 2;

/** Asks the controller of this pod who its cluster is made of, prints it, and returns the exit code. */
export async function runMembers(
  { output }: MembersCommand,
  source: ConfigSource,
  { variables, clock, print, complain }: MembersEnvironment,
): Promise<number> {
  const loaded = loadSettings(source.configText, variables, (path) => readFileSync(path, 'utf8'));
  if (!loaded.ok) {
    complain(formatProblems(source.configName, loaded.problems));
    return EXIT.badConfiguration;
  }
  const { election, kubernetes } = loaded.settings;
  if (election.kind === 'lease') {
    complain(`kubernetes-vault: ${askKubernetes(kubernetes)}\n`);
    return EXIT.noList;
  }
  try {
    const view = await askMembers(election.raftDir, clock);
    print(output === 'json' ? encodeView(view, INDENT) : membersTable(view));
    return EXIT.listed;
  } catch (error) {
    if (!(error instanceof AskMembersError)) throw error;
    complain(`kubernetes-vault: ${error.message}\n`);
    return EXIT.noList;
  }
}

function askKubernetes({ serviceNamespace, service }: Settings['kubernetes']): string {
  const who = `kubectl get lease -n ${serviceNamespace} ${service}`;
  return `with election: lease there is no list of members; who leads: ${who}`;
}
