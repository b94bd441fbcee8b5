import { ANNOTATION } from '../../../src/kube/pod-facts.ts';
import { mint } from '../../support/installation/exchange.ts';
import type { ControlPlane } from '../../support/real/control-plane.ts';
import type { OpenBao } from '../../support/real/openbao.ts';
import { until } from '../../support/until.ts';
import { pushAsGo } from './go-push.ts';
import { OLD_PORT } from './node.ts';

export interface GoControllerParts {
  readonly plane: Pick<ControlPlane, 'request'>;
  readonly vault: Pick<OpenBao, 'request' | 'addr'>;
  /** Its own token of Vault. */
  readonly token: string;
}

/** A controller of the original that leads: it lists pods again and again, and serves who waits. */
export interface GoController {
  /** For which pods it has minted, in that order. */
  readonly minted: readonly string[];
  /** Ends it, once the pods that it is serving have been served. */
  stop(): Promise<void>;
}

interface SeenPod {
  readonly metadata: {
    readonly name: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly status: {
    readonly podIP?: string;
    readonly initContainerStatuses?: readonly {
      readonly name: string;
      readonly state: { readonly running?: object };
    }[];
  };
}

/** Starts one. It knows nothing of what another has done before it. */
export function startGoController(parts: GoControllerParts): GoController {
  const minted: string[] = [];
  let isOver = false;
  const done = until(
    'it is stopped',
    async () => {
      const waiting = await waitingPods(parts);
      const news = waiting.filter(({ metadata }) => !minted.includes(metadata.name));
      minted.push(...news.map(({ metadata }) => metadata.name));
      await Promise.all(news.map((pod) => serve(pod, parts)));
      return isOver;
    },
    60_000,
  );
  done.catch(() => undefined);
  return {
    minted,
    async stop() {
      isOver = true;
      await done;
    },
  };
}

/** Those whose named init container runs. */
async function waitingPods({ plane }: GoControllerParts): Promise<readonly SeenPod[]> {
  type List = { readonly items: readonly SeenPod[] };
  const { items } = await plane.request<List>('GET', '/api/v1/namespaces/default/pods');
  return items.filter(({ metadata, status }) => {
    const init = metadata.annotations?.[ANNOTATION.initContainer];
    const { initContainerStatuses: all = [] } = status;
    return all.some(({ name, state }) => name === init && state.running !== undefined);
  });
}

async function serve({ metadata, status }: SeenPod, parts: GoControllerParts): Promise<void> {
  const { vault, token: own } = parts;
  const role = metadata.annotations?.[ANNOTATION.approle] ?? '';
  const asItself: typeof vault.request = (method, path, body, headers) =>
    vault.request(method, path, body, { ...headers, 'x-vault-token': own });
  const { token, creation_time: creationTime, ttl } = await mint({ request: asItself }, role);
  const push = { token, creationTime, ttl, vaultAddr: vault.addr };
  const what = `${metadata.name} is pushed to`;
  const { podIP = '' } = status;
  await until(what, async () => (await pushAsGo(podIP, OLD_PORT, push)).head !== '');
}
