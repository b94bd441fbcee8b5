import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import { uuid } from '../identifiers.ts';
import { isRecord, plainText } from '../json.ts';
import {
  alreadyExists,
  badRequest,
  conflict,
  invalid,
  notFound,
  uidConflict,
} from './api-error.ts';
import { apiVersionOf, KINDS, type Kind } from './kinds.ts';
import { checkLease, unreadableLease } from './lease-rules.ts';
import type { KubeObject, ObjectInput } from './object.ts';
import { mergePatch, strategicMergePatch } from './patch.ts';
import { graceSeconds, newPod } from './pod-rules.ts';
import type { Store } from './store.ts';

/** Where an object is, or shall be. `namespace` is empty for objects of the cluster. */
export interface Target {
  readonly kind: Kind;
  readonly namespace: string;
  readonly name: string;
}

export type Subresource = 'status' | undefined;

interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  /** Refused with 409 unless the object has this UID. */
  readonly uid?: string;
}

/** What the API server makes of writes; every method throws an ApiError for what it refuses. */
export interface Writer {
  create(kind: Kind, namespace: string, input: ObjectInput): KubeObject;
  /** PUT; a resourceVersion in it must be the current one. */
  update(
    target: Target,
    input: ObjectInput,
    subresource?: Subresource,
  ): { object: KubeObject; created: boolean };
  patch(
    target: Target,
    patch: unknown,
    type: 'merge' | 'strategic',
    subresource?: Subresource,
  ): KubeObject;
  /** The object as it was last; a pod on a node only begins to end, unless the grace period is 0. */
  delete(target: Target, options?: DeleteOptions): KubeObject;
  /** Not the API's: stores the object exactly as given, status and UID too, whatever was there. */
  put(kind: Kind, object: KubeObject): KubeObject;
  /** Not the API's: the object is gone, at once, if it was there. */
  remove(kind: Kind, namespace: string, name: string): void;
}

interface Tools {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
}

export function createWriter(tools: Tools): Writer {
  const { store } = tools;
  return {
    create: (kind, namespace, input) => createObject(tools, kind, namespace, input),
    update(target, input, subresource) {
      const { kind, namespace, name } = target;
      checkPlace(target, input);
      checkReadable(kind, input);
      const old = store.find(kind, namespace, name);
      if (!old) {
        if (!kind.update.creates) throw notFound(kind, name);
        return { object: store.write(kind, fresh(tools, kind, namespace, input)), created: true };
      }
      const version = input.metadata?.['resourceVersion'] ?? '';
      if (version === '' && !kind.update.unconditional) {
        throw invalid(
          kind,
          name,
          'metadata.resourceVersion',
          'Invalid value: 0: must be specified for an update',
        );
      }
      return { object: replace(store, kind, old, input, subresource), created: false };
    },
    patch: (target, patch, type, subresource) =>
      patchObject(store, target, patch, type, subresource),
    delete: (target, options = {}) => deleteObject(tools, target, options),
    put(kind, object) {
      const { namespace } = object.metadata;
      if (namespace && !store.find(KINDS.namespaces, '', namespace)) {
        createObject(tools, KINDS.namespaces, '', { metadata: { name: namespace } });
      }
      return store.write(kind, structuredClone(object));
    },
    remove(kind, namespace, name) {
      const object = store.find(kind, namespace, name);
      if (object) store.remove(kind, object);
    },
  };
}

function createObject(tools: Tools, kind: Kind, namespace: string, input: ObjectInput): KubeObject {
  const { store } = tools;
  checkReadable(kind, input);
  const object = fresh(tools, kind, namespace, input);
  if (kind.namespaced && !store.find(KINDS.namespaces, '', namespace)) {
    throw notFound(KINDS.namespaces, namespace);
  }
  const { name } = object.metadata;
  if (kind === KINDS.leases) checkLease(name, input);
  if (store.find(kind, namespace, name)) throw alreadyExists(kind, name);
  return store.write(kind, kind === KINDS.pods ? newPod(object) : object);
}

function patchObject(
  store: Store,
  target: Target,
  patch: unknown,
  type: 'merge' | 'strategic',
  subresource: Subresource,
): KubeObject {
  const old = existing(store, target);
  const merge = type === 'merge' ? mergePatch : strategicMergePatch;
  const { resourceVersion: _unlessPatched, ...metadata } = old.metadata;
  const merged = merge({ ...old, metadata }, patch);
  if (!isRecord(merged)) throw badRequest('the patch is not an object');
  const unreadable = target.kind === KINDS.leases && unreadableLease(merged);
  if (unreadable) throw invalid(target.kind, '', 'patch', `Invalid value: ${unreadable}`);
  return replace(store, target.kind, old, merged, subresource);
}

function checkReadable(kind: Kind, input: ObjectInput): void {
  const unreadable = kind === KINDS.leases && unreadableLease(input);
  if (unreadable) throw badRequest(`Lease in version "v1" cannot be handled: ${unreadable}`);
}

function existing(store: Store, { kind, namespace, name }: Target): KubeObject {
  const object = store.find(kind, namespace, name);
  if (!object) throw notFound(kind, name);
  return object;
}

function checkPlace({ namespace, name }: Target, input: ObjectInput): void {
  const given = plainText(input.metadata?.['name']);
  if (given !== name) {
    throw badRequest(
      `the name of the object (${given}) does not match the name on the URL (${name})`,
    );
  }
  checkNamespace(namespace, input);
}

function checkNamespace(namespace: string, input: ObjectInput): void {
  const given = input.metadata?.['namespace'];
  if (given !== undefined && given !== '' && given !== namespace) {
    throw badRequest(
      'the namespace of the provided object does not match the namespace sent on the request',
    );
  }
}

/** A new object with what the server adds to it. */
function fresh(tools: Tools, kind: Kind, namespace: string, input: ObjectInput): KubeObject {
  checkNamespace(namespace, input);
  const given = structuredClone(input.metadata ?? {});
  const prefix = plainText(given['generateName']);
  const generated = prefix && `${prefix}${uuid(tools.random).slice(0, 5)}`;
  const name = plainText(given['name']) || generated;
  if (name === '') {
    throw invalid(kind, '', 'metadata.name', 'Required value: name or generateName is required');
  }
  return {
    ...structuredClone(input),
    apiVersion: apiVersionOf(kind),
    kind: kind.kind,
    metadata: {
      ...given,
      name,
      ...(kind.namespaced ? { namespace } : {}),
      uid: uuid(tools.random),
      resourceVersion: '',
      creationTimestamp: timestamp(tools.clock.wallClock()),
    },
  };
}

/** Writes what the request may change of an object; a request that changes nothing makes no new version. */
function replace(
  store: Store,
  kind: Kind,
  old: KubeObject,
  input: ObjectInput,
  subresource: Subresource,
): KubeObject {
  const version = input.metadata?.['resourceVersion'] ?? '';
  if (version !== '' && version !== old.metadata.resourceVersion) {
    throw conflict(kind, old.metadata.name);
  }
  checkUnchanged(kind, old, input);
  if (kind === KINDS.leases) checkLease(old.metadata.name, input);
  const metadata = { ...structuredClone(input.metadata ?? {}), ...unchangeable(old) };
  const identity = { apiVersion: old.apiVersion, kind: old.kind, metadata };
  const next: KubeObject =
    subresource === 'status'
      ? { ...old, ...identity, status: structuredClone(input['status']) }
      : {
          ...structuredClone(input),
          ...identity,
          ...(kind.status ? { status: old['status'] } : {}),
        };
  return isDeepStrictEqual(next, old) ? old : store.write(kind, next);
}

/** @throws ApiError 422 for the UID of another object */
function checkUnchanged(kind: Kind, { metadata }: KubeObject, input: ObjectInput): void {
  const uid = input.metadata?.['uid'] ?? '';
  if (uid === '' || uid === metadata.uid) return;
  const problem = `Invalid value: ${JSON.stringify(uid)}: field is immutable`;
  throw invalid(kind, metadata.name, 'metadata.uid', problem);
}

/** The metadata that only the server writes. */
function unchangeable({ metadata }: KubeObject) {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
  const { deletionTimestamp, deletionGracePeriodSeconds } = metadata;
  return {
    ...{ name, uid, resourceVersion, creationTimestamp },
    ...(namespace === undefined ? {} : { namespace }),
    ...(deletionTimestamp === undefined ? {} : { deletionTimestamp, deletionGracePeriodSeconds }),
  };
}

function deleteObject(tools: Tools, target: Target, options: DeleteOptions): KubeObject {
  const { store, clock } = tools;
  const old = existing(store, target);
  if (options.uid !== undefined && options.uid !== old.metadata.uid) {
    throw uidConflict(target.kind, target.name, options.uid, old.metadata.uid);
  }
  if (target.kind !== KINDS.pods) return store.remove(target.kind, old);
  const grace = graceSeconds(old, options.gracePeriodSeconds);
  if (old.metadata.deletionTimestamp !== undefined && grace > 0) return old;
  // A pod is always marked first, and watchers see that, even when it is removed at once.
  const marked = store.write(target.kind, {
    ...old,
    metadata: {
      ...old.metadata,
      deletionTimestamp: timestamp(clock.wallClock() + grace * 1_000),
      deletionGracePeriodSeconds: grace,
    },
  });
  return grace > 0 ? marked : store.remove(target.kind, marked);
}

/** RFC 3339 in whole seconds, as Kubernetes writes it. */
function timestamp(wallClockMs: number): string {
  return new Date(wallClockMs).toISOString().replace(/\.\d+Z$/, 'Z');
}
