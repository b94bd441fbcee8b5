import type { Answer, Kubectl } from '../../../quick-start/run/command.ts';
import { spawnKubectl } from '../../../quick-start/run/spawn-kubectl.ts';
import { findBinary } from '../../support/real/process/binaries.ts';
import { until } from '../../support/until.ts';
import type { NodePlayer } from './node-player.ts';

/**
 * The real kubectl, but for what takes a kubelet: `exec` runs Vault's real command line, and `logs`
 * says what the sample app would.
 */
export function standIn(kubeconfig: string, player: NodePlayer, caPem: string): Kubectl {
  const real = spawnKubectl(findBinary('kubectl'), undefined);
  return {
    async run(args, input) {
      if (args[0] === 'exec') return exec(player, args, input, caPem);
      if (args[0] === 'logs') return logs(player, args);
      await player.settle();
      const running = real.run(['--kubeconfig', kubeconfig, ...args], input);
      if (waitsForOthers(args)) await played(running, player);
      const answer = await running;
      await player.settle();
      return answer;
    },
  };
}

/** kubectl itself waits until what it deletes is gone, or rolled out. */
function waitsForOthers(args: readonly string[]): boolean {
  const [verb, object] = args;
  return verb === 'delete'
    ? !args.includes('--wait=false')
    : `${verb} ${object}` === 'rollout status';
}

async function played(running: Promise<Answer>, player: NodePlayer): Promise<void> {
  let hasEnded = false;
  const ended = running.finally(() => {
    hasEnded = true;
  });
  await until(
    'kubectl has seen it',
    async () => {
      await player.settle();
      return hasEnded;
    },
    60_000,
  );
  await ended;
}

async function exec(
  player: NodePlayer,
  args: readonly string[],
  input: string | undefined,
  caPem: string,
): Promise<Answer> {
  const end = args.indexOf('--');
  const pod = args[end - 1] ?? '';
  const server = player.server(pod);
  if (server === undefined) return failure(`pods "${pod}" not found`);
  const [program, ...words] = args.slice(end + 1);
  if (program !== 'bao') return failure(`exec: "${program}": executable file not found in $PATH`);
  // Here there are no files of a service account that Vault would take the authority from.
  const isConfig = words.includes('auth/kubernetes/config') && words[0] === 'write';
  const more = isConfig ? [`kubernetes_ca_cert=${caPem}`, 'disable_local_ca_jwt=true'] : [];
  return server.exec([...words, ...more], args.includes('-i') ? input : undefined);
}

function logs(player: NodePlayer, args: readonly string[]): Answer {
  const isOne = (pod: string) => args.includes('-l') || args.includes(pod);
  const lines = [...player.accessors]
    .filter(([pod]) => isOne(pod))
    .flatMap(([pod, accessor]) => {
      const prefix = args.includes('--prefix') ? `[pod/${pod}/sample-app] ` : '';
      return [`${prefix}Found Vault token...`, `${prefix}Accessor:         ${accessor}`];
    });
  return { code: 0, stdout: `${lines.join('\n')}\n`, stderr: '' };
}

function failure(stderr: string): Answer {
  return { code: 1, stdout: '', stderr: `error: ${stderr}\n` };
}
