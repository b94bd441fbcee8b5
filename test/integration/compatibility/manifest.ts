import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import type { ControlPlane } from '../../support/real/control-plane.ts';

/** The deployments of the original, in the shape that they have on a cluster of today. */
export type OldManifest = 'quick-start' | 'secured-external-ca';

/** A template of pods, as far as somebody here looks at it. */
export interface PodTemplate {
  readonly metadata: object;
  readonly spec: {
    readonly initContainers?: readonly ContainerSpec[];
    readonly containers: readonly ContainerSpec[];
  };
}

export interface ContainerSpec {
  readonly name: string;
  readonly args?: readonly string[];
  readonly env?: readonly EnvironmentVariable[];
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
}

export interface EnvironmentVariable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: {
    readonly fieldRef?: { readonly fieldPath: string };
    readonly secretKeyRef?: { readonly name: string; readonly key: string };
  };
}

export interface KubeObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec?: { readonly replicas: number; readonly template: PodTemplate };
  readonly data?: Readonly<Record<string, string>>;
  readonly stringData?: Readonly<Record<string, string>>;
}

/** What the setup script of the original wrote into the manifests: see `readManifest`. */
export interface SetUp {
  readonly token: string;
  readonly roleId: string;
}

const MADE_BY_SETUP = '00000000-0000-0000-0000-000000000000';

/** The text of a manifest of the original's. */
export function manifestText(name: OldManifest): string {
  return readFileSync(new URL(`manifests/${name}.yaml`, import.meta.url), 'utf8');
}

/** Its objects, with the names of our images, and with what a setup script writes into it. */
export function readManifest(name: OldManifest, { token, roleId }: SetUp): KubeObject[] {
  const text = manifestText(name)
    .replaceAll('image: boostport/', 'image: ')
    .replaceAll(`token: ${MADE_BY_SETUP}`, `token: ${token}`)
    .replaceAll(`value: ${MADE_BY_SETUP}`, `value: ${roleId}`);
  return readObjects(text);
}

export function readObjects(text: string): KubeObject[] {
  return parseAllDocuments(text).map((document) => document.toJS() as KubeObject);
}

/** @throws Error where there is none */
export function objectOf(all: readonly KubeObject[], kind: string, name: string): KubeObject {
  const found = all.find((one) => one.kind === kind && one.metadata.name === name);
  if (found === undefined) throw new Error(`the manifest has no ${kind} ${name}`);
  return found;
}

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const COLLECTION: Readonly<Record<string, (namespace: string) => string>> = {
  Namespace: () => '/api/v1/namespaces',
  ServiceAccount: (namespace) => `/api/v1/namespaces/${namespace}/serviceaccounts`,
  Service: (namespace) => `/api/v1/namespaces/${namespace}/services`,
  ConfigMap: (namespace) => `/api/v1/namespaces/${namespace}/configmaps`,
  Secret: (namespace) => `/api/v1/namespaces/${namespace}/secrets`,
  Deployment: (namespace) => `/apis/apps/v1/namespaces/${namespace}/deployments`,
  ClusterRole: () => `${RBAC}/clusterroles`,
  ClusterRoleBinding: () => `${RBAC}/clusterrolebindings`,
  Role: (namespace) => `${RBAC}/namespaces/${namespace}/roles`,
  RoleBinding: (namespace) => `${RBAC}/namespaces/${namespace}/rolebindings`,
};

/**
 * Creates all of these objects, in their order.
 * @throws RequestFailed when the API server refuses one
 */
export async function createAll(
  plane: Pick<ControlPlane, 'request'>,
  objects: readonly KubeObject[],
): Promise<void> {
  for (const object of objects) {
    const collection = COLLECTION[object.kind]?.(object.metadata.namespace ?? 'default');
    if (collection === undefined) throw new Error(`nobody here creates a ${object.kind}`);
    await plane.request('POST', collection, object);
  }
}
