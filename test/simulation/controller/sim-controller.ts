import type { Random } from '../../../src/base/random.ts';
import { DeliveryCore } from '../../../src/delivery/core.ts';
import { vaultCredentialSource } from '../../../src/delivery/credential-source.ts';
import type { Pusher } from '../../../src/delivery/pusher.ts';
import type { Report } from '../../../src/delivery/report.ts';
import { DeliveryRunner } from '../../../src/delivery/runner.ts';
import { DEFAULT_LIMITS } from '../../../src/delivery/steps/world.ts';
import type { PodEvent } from '../../../src/kube/pod-event.ts';
import {
  DEFAULT_REFLECTOR_SETTINGS,
  type ReflectorInput,
} from '../../../src/kube/reflector/messages.ts';
import { createReflector } from '../../../src/kube/reflector/reflector.ts';
import type { ApiServer } from '../../../src/sim/api-server/api-server.ts';
import type { SimProcess } from '../sim-process.ts';
import { unreliableApi, type Weather } from '../unreliable-api.ts';
import { CONTROLLERS_TOKEN, type SimVault } from './sim-vault.ts';

/** A whole controller, in a process that can be killed. */
export interface SimController {
  /** As `kill -9`: nothing that it has begun comes to an end in it. */
  kill(): void;
  /** As SIGTERM. */
  stop(): Promise<void>;
  counts(): ReturnType<DeliveryCore['counts']>;
}

interface Parts {
  readonly process: SimProcess;
  readonly random: Random;
  readonly api: ApiServer;
  readonly weather: Weather;
  readonly vault: SimVault;
  readonly pusher: Pusher;
  readonly report: (report: Report) => void;
  /** Takes in each pod event that the controller takes in. */
  readonly onPodEvent: (event: PodEvent) => void;
}

export function startSimController(parts: Parts): SimController {
  const { process, random, api: server, weather, vault, report } = parts;
  const { clock } = process;
  const core = new DeliveryCore({
    authorization: undefined,
    allowLoopback: false,
    limits: DEFAULT_LIMITS,
  });
  const runner = new DeliveryRunner({
    core,
    vault: vaultCredentialSource(
      vault.client(CONTROLLERS_TOKEN, process),
      { appRoleMount: 'approle', wrappingTtlSeconds: 60, metadata: [], bindToPodIp: 'off' },
      clock,
    ),
    pusher: parts.pusher,
    reporter: { report },
    clock,
    random,
  });
  const reflector = createReflector({ ...DEFAULT_REFLECTOR_SETTINGS, pageLimit: 20 });
  let cancelWake = () => {};
  const feed = (input: ReflectorInput) => {
    if (process.state === 'dead') return;
    for (const action of reflector.step(input, clock.now(), random())) {
      if (action.kind === 'emit') {
        parts.onPodEvent(action.event);
        runner.take({ kind: 'pods', event: action.event });
      }
      if (action.kind === 'list') api.list(action.request, action.query);
      if (action.kind === 'watch') api.watch(action.request, action.query);
      if (action.kind === 'abort') api.abort(action.request);
    }
    cancelWake();
    const at = reflector.nextWake();
    if (at !== undefined) cancelWake = clock.callAt(at, () => feed({ kind: 'wake' }));
  };
  const api = unreliableApi({ server, clock, random, weather, feed });
  feed({ kind: 'wake' });
  runner.act({ signal: new AbortController().signal, isValid: () => true });
  return {
    kill: () => process.kill(),
    async stop() {
      await runner.stop(5_000);
      process.kill();
    },
    counts: () => core.counts(),
  };
}
