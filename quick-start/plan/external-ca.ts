import { imageProblem, type Pod } from '../look/workload.ts';
import { type Command, json } from '../run/command.ts';
import type { Action, Check, Plan, Verdict } from '../run/step.ts';
import { type Choice, VAULT } from './names.ts';
import { engine, rootAuthority } from './pki.ts';
import {
  CA_CONFIG_MAP,
  certificateIsThere,
  NEED_THE_CA,
  TLS_SECRET,
  tlsObjects,
} from './vault-certificate.ts';
import { vaultCliIn } from './vault-cli.ts';

const POD = 'external-ca';
const PKI = 'external-ca';
const DEFAULT_IMAGE = 'openbao/openbao:2.7.2';
const SERVER_NAMES = ['vault', 'vault.vault', 'vault.vault.svc', 'vault.vault.svc.cluster.local'];

/**
 * Vault's certificate, of an authority that is not Vault's own. A second Vault plays it, for as long
 * as it takes to issue one certificate: there is no openssl on every machine, and Node makes no
 * certificates. Its key never leaves the memory of its pod, and is gone with it.
 */
export function externalCa(choice: Choice): Plan {
  const ca = vaultCliIn(choice, POD);
  const isThere = [certificateIsThere()];
  return [
    startPod(choice),
    {
      kind: 'wait',
      title: 'Wait for the external CA',
      why: 'it is a pod for a moment',
      unless: isThere,
      ask: [FIND_POD],
      judge: judgePod,
      byHand: [`kubectl wait -n ${VAULT} --for=condition=Ready pod/${POD}`],
    },
    orElse(engine(ca, PKI, '87600h', 'of the external CA, not of Vault'), isThere),
    orElse(rootAuthority(ca, PKI, 'Kubernetes-Vault quick start, external CA'), isThere),
    issueCertificate(choice),
    {
      kind: 'action',
      title: 'End the external CA',
      why: 'its key ends with it: nobody can issue another certificate',
      unless: [{ ask: [FIND_POD], holds: (found = '') => found.trim() === '' }],
      run: [{ args: ['delete', 'pod', POD, '-n', VAULT, '--ignore-not-found', '--now'] }],
    },
  ];
}

const FIND_POD: Command = {
  args: ['get', 'pod', POD, '-n', VAULT, '--ignore-not-found', '-o', 'json'],
};

function orElse(action: Action, others: readonly Check[]): Action {
  return { ...action, unless: [...others, ...(action.unless ?? [])] };
}

function startPod(choice: Choice): Action {
  const manifest = JSON.stringify(caPod(choice));
  return {
    kind: 'action',
    title: 'Start the external CA',
    why: "what signs Vault's certificate must be there before Vault",
    unless: [certificateIsThere(), { ask: [FIND_POD], holds: (found = '') => found.trim() !== '' }],
    run: [
      {
        args: ['apply', '-f', '-'],
        input: { of: () => manifest, shown: '' },
        byHand: [`(the pod ${POD}) | kubectl apply -f -`],
      },
    ],
  };
}

/** A pod by itself, as the restricted Pod Security wants it. */
export function caPod({ vaultImage = DEFAULT_IMAGE, cli }: Pick<Choice, 'vaultImage' | 'cli'>) {
  const locked = {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  };
  const address = '127.0.0.1:8200';
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: POD, namespace: VAULT, labels: { app: POD } },
    spec: {
      automountServiceAccountToken: false,
      restartPolicy: 'Never',
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 65_532,
        runAsGroup: 65_532,
        fsGroup: 65_532,
        seccompProfile: { type: 'RuntimeDefault' },
      },
      containers: [
        {
          name: POD,
          image: vaultImage,
          command: [cli, 'server', '-dev', `-dev-listen-address=${address}`],
          env: [
            { name: 'HOME', value: '/home/vault' },
            { name: 'VAULT_ADDR', value: `http://${address}` },
          ],
          readinessProbe: { exec: { command: [cli, 'status'] }, periodSeconds: 1 },
          resources: { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '512Mi' } },
          securityContext: locked,
          volumeMounts: [{ name: 'home', mountPath: '/home/vault' }],
        },
      ],
      volumes: [{ name: 'home', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } }],
    },
  };
}

function judgePod(found = ''): Verdict {
  if (found.trim() === '') return { kind: 'waiting', for: 'the pod is not there' };
  const { metadata, status } = json<Pod>(found);
  const waiting = status.containerStatuses?.[0];
  const reason = waiting?.state?.waiting?.reason ?? '';
  if (reason.includes('Image')) {
    return { kind: 'stuck', problem: imageProblem(waiting?.image ?? 'of Vault', reason) };
  }
  if (status.phase === 'Failed' || status.phase === 'Succeeded') {
    const remedies = [
      `its log: kubectl logs -n ${VAULT} ${POD}`,
      `then: kubectl delete pod -n ${VAULT} ${POD}, and run this again`,
    ];
    return { kind: 'failed', problem: { what: `the pod ${metadata.name} has ended`, remedies } };
  }
  const isReady = status.conditions?.some(
    (condition) => condition.type === 'Ready' && condition.status === 'True',
  );
  return isReady ? { kind: 'ready' } : { kind: 'waiting', for: `the pod is ${status.phase}` };
}

function issueCertificate(choice: Choice): Action {
  const ca = vaultCliIn(choice, POD);
  const names = [`alt_names=${SERVER_NAMES.join(',')},localhost`, 'ip_sans=127.0.0.1'];
  const role = ['allow_any_name=true', 'max_ttl=8760h', 'key_type=ec', 'key_bits=256'];
  const issue = ['write', '-format=json', `${PKI}/issue/vault`, 'common_name=vault.vault'];
  return {
    kind: 'action',
    title: "Have it issue Vault's certificate",
    why: `into the Secret ${TLS_SECRET}; those who verify Vault get the CA's in ConfigMaps`,
    unless: [certificateIsThere()],
    run: [
      // One with another certificate would go on with it, and holds nothing that is worth keeping.
      { args: ['delete', 'deployment', 'vault', '-n', VAULT, '--ignore-not-found'], byHand: [] },
      ca(['write', `${PKI}/roles/vault`, ...role]),
      ca([...issue, ...names, 'ttl=8760h'], { keptIn: 'vault-tls.json' }),
      {
        args: ['apply', '--server-side', '--force-conflicts', '-f', '-'],
        input: { of: tlsObjects, isSecret: true, shown: '' },
        byHand: [
          `kubectl create secret tls ${TLS_SECRET} -n ${VAULT} --cert=tls.crt --key=tls.key`,
          ...NEED_THE_CA.map(
            (namespace) =>
              `kubectl create configmap ${CA_CONFIG_MAP} -n ${namespace} --from-file=ca.crt`,
          ),
        ],
      },
    ],
  };
}
