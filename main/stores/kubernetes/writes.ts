import type { StoreNode } from '../../../app/dcs/node';
import type { SetCondition, StoreFailure, StoreSession, Written } from '../../../app/dcs/store';
import type { KubernetesApi, Resource } from './api';
import { type Annotations, type Place, placeOf, scopeLabels, scopeOf } from './annotations';
import { KubernetesError } from './kubernetes-error';
import { lockRecord } from './lock-record';
import type { KubernetesOptions } from './options';
import { type KubernetesObject, objectNodes, podNode } from './patroni-objects';
import type { ObservedLeaders } from './picture';
import { KubernetesSession } from './session';

/** Who changes other annotations of an object at the same moment makes a write be tried again, at most so often. */
const MOST_TRIES = 10;

/**
 * Writes Patroni's keys as the annotations that they are in Kubernetes. The condition of a write is the `resourceVersion` of the
 * object: the API server compares it, and refuses with 409. A write whose answer was lost is not sent again.
 */
export class KubernetesWrites {
  constructor(
    private readonly api: KubernetesApi,
    private readonly options: KubernetesOptions,
    private readonly leaders: ObservedLeaders,
  ) {}

  openSession(ttlSeconds: number): KubernetesSession {
    return new KubernetesSession(ttlSeconds, async (key, holder) => {
      for (let tries = 0; tries < MOST_TRIES; tries += 1) {
        const now = await this.#found(key).catch(failureOf);
        if (now !== null && !('modRevision' in now)) return now;
        if (now === null || now.value !== holder) return null;
        const written = await this.write(key, null, { modRevision: now.modRevision }, null);
        if (written.kind === 'failed' || written.kind === 'unknown') return written.failure;
        if (written.kind === 'done') return null;
      }
      return null;
    });
  }

  /** Sets a key, or (null) removes it. */
  async write(
    key: string,
    value: string | null,
    condition: SetCondition,
    session: StoreSession | null,
  ): Promise<Written> {
    const own = session instanceof KubernetesSession ? session : null;
    if (own?.isOver === true) return { kind: 'no-session' };
    const place = placeOf(key, this.options);
    if (!place.ok) return this.#failed(place.error);
    const annotations = place.value.annotationsOf(value);
    if (!annotations.ok) return this.#failed(annotations.error);
    try {
      const written = await this.#tryWrite(place.value, value, annotations.value, condition, own);
      if (written.kind === 'done' && value !== null && isLock(key)) own?.took(key, value);
      return written;
    } catch (error) {
      return notDone(error);
    }
  }

  /** Removes the objects of a cluster or of a group; its pods stay (`patroni/dcs/kubernetes.py: Kubernetes.delete_cluster`). */
  async removeAll(prefix: string): Promise<Written> {
    const scope = scopeOf(prefix, this.options);
    if (scope === null) {
      return this.#failed(
        `In Kubernetes ${prefix} cannot be removed: a whole cluster or group can, and its pods are Kubernetes’ own.`,
      );
    }
    try {
      const labels = { ...this.options.labels, ...scopeLabels(scope, this.options) };
      return { kind: 'done', revision: await this.api.removeAll(this.#objects, labels) };
    } catch (error) {
      return notDone(error);
    }
  }

  async #tryWrite(
    place: Place,
    value: string | null,
    annotations: Annotations,
    condition: SetCondition,
    session: KubernetesSession | null,
  ): Promise<Written> {
    const { key, resource, name } = place;
    const wanted = condition === 'any' ? null : condition.modRevision;
    for (let tries = 1; ; tries += 1) {
      const object = await this.api.read(resource, name);
      if (object !== null && !this.#isOurs(object, place)) {
        return this.#failed(
          `The ${resource} object ${name} is there already, without the labels that Patroni’s objects have, so ${key} is not written into it.`,
        );
      }
      const found = object === null ? null : this.#nodeIn(object, place);
      const holds =
        wanted === null ||
        (wanted === '0'
          ? found === null || this.#hasRunOut(object, key)
          : found !== null && found.modRevision === wanted);
      if (!holds) return { kind: 'refused', found };
      if (value === null && found === null) return { kind: 'done', revision: object?.resourceVersion ?? '0' };
      const whole =
        value !== null && isLock(key)
          ? { ...annotations, ...lockRecord(value, object, session?.ttlSeconds ?? null, Date.now()) }
          : annotations;
      // Whatever the key was is of no matter, but a lock's record rests on the one before it.
      const isCompared = wanted !== null || isLock(key);
      try {
        return { kind: 'done', revision: await this.#send(place, object, whole, isCompared) };
      } catch (error) {
        // The server did nothing: another one was faster, perhaps with another annotation of the same object.
        const isGone = error instanceof KubernetesError && error.status === 404 && object !== null;
        if (!(error instanceof KubernetesError) || (error.status !== 409 && !isGone) || tries >= MOST_TRIES)
          throw error;
      }
    }
  }

  /** The version of the object after it. */
  async #send(
    { resource, name, labels }: Place,
    object: KubernetesObject | null,
    annotations: Annotations,
    isCompared: boolean,
  ): Promise<string> {
    if (object !== null) {
      const version = isCompared ? { resourceVersion: object.resourceVersion } : {};
      return (await this.api.patch(resource, name, { ...version, annotations })).resourceVersion;
    }
    if (resource === 'pods') throw new KubernetesError(failure(`There is no pod ${name}, and a member is its pod.`));
    const set = Object.fromEntries(Object.entries(annotations).filter(([, text]) => text !== null));
    const made = await this.api.create(resource, {
      name,
      labels: { ...this.options.labels, ...labels },
      annotations: set,
    });
    return made.resourceVersion;
  }

  async #found(key: string): Promise<StoreNode | null> {
    const place = placeOf(key, this.options);
    if (!place.ok) return null;
    const object = await this.api.read(place.value.resource, place.value.name);
    return object === null ? null : this.#nodeIn(object, place.value);
  }

  #nodeIn(object: KubernetesObject, { key, resource }: Place): StoreNode | null {
    if (resource === 'pods') return podNode(object, this.options);
    return objectNodes(object, this.options).find((node) => node.key === key) ?? null;
  }

  /** Others' objects of the same name are left alone. */
  #isOurs({ labels }: KubernetesObject, place: Place): boolean {
    return Object.entries({ ...this.options.labels, ...place.labels }).every(
      ([name, value]) => labels.get(name) === value,
    );
  }

  #hasRunOut(object: KubernetesObject | null, key: string): boolean {
    return object !== null && isLock(key) && this.leaders.isOver(object, Date.now());
  }

  get #objects(): Resource {
    return this.options.useEndpoints ? 'endpoints' : 'configmaps';
  }

  #failed(message: string): Written {
    return { kind: 'failed', failure: failure(message) };
  }
}

const isLock = (key: string): boolean => key.endsWith('/leader') && !key.endsWith('/optime/leader');

const failure = (message: string): StoreFailure => ({
  kind: 'other',
  endpoint: '',
  message,
  advice: 'Nothing was written.',
  detail: message,
});

function failureOf(error: unknown): StoreFailure {
  if (error instanceof KubernetesError) return error.failure;
  throw error;
}

function notDone(error: unknown): Written {
  const failed = failureOf(error);
  return { kind: error instanceof KubernetesError && error.mayBeDone ? 'unknown' : 'failed', failure: failed };
}
