import type { Random } from '../../src/base/random.ts';
import type { ApiServer } from '../../src/sim/api-server/api-server.ts';
import { KINDS } from '../../src/sim/api-server/kinds.ts';
import { aPod, type PodBuilder } from '../support/kube/pods.ts';
import type { Truth } from './pod-knowledge.ts';

/** Pods that come, run, change and go, at random. */
export interface PodChurn {
  /** Makes one change. */
  change(): void;
  truth(): Truth;
}

interface LivingPod {
  readonly name: string;
  readonly builder: PodBuilder;
  readonly phase: string;
}

const NAMES = 30;

export function podChurn(server: ApiServer, random: Random): PodChurn {
  const pods = new Map<string, LivingPod>();
  const truth = new Map<string, { write: number; phase: string }>();
  let writes = 0;

  const put = (pod: LivingPod) => {
    const write = ++writes;
    const json = pod.builder.annotated(`write-${write}`).build();
    pods.set(pod.name, pod);
    server.put(KINDS.pods, { ...json });
    if (pod.phase === 'Succeeded') truth.delete(json.metadata.uid);
    else truth.set(json.metadata.uid, { write, phase: pod.phase });
  };
  const create = (name: string) => {
    const uid = `${name}-${writes}`;
    put({ name, builder: aPod({ name, uid }).pending(), phase: 'Pending' });
  };
  const remove = ({ name, builder }: LivingPod) => {
    pods.delete(name);
    truth.delete(builder.build().metadata.uid);
    const target = { kind: KINDS.pods, namespace: 'default', name };
    server.delete(target, { gracePeriodSeconds: 0 });
  };
  return {
    change() {
      const name = `pod-${Math.floor(random() * NAMES)}`;
      const pod = pods.get(name);
      if (pod === undefined) return create(name);
      const dice = random();
      if (dice < 0.15) remove(pod);
      else if (dice < 0.3 && pod.phase === 'Running') {
        put({ ...pod, builder: pod.builder.succeeded(), phase: 'Succeeded' });
      } else if (dice < 0.6 && pod.phase === 'Pending') {
        put({ ...pod, builder: pod.builder.running(), phase: 'Running' });
      } else put({ ...pod, builder: pod.builder.labelled({ changed: String(writes) }) });
    },
    truth: () => truth,
  };
}
