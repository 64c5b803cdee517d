// What the double of Kubernetes' API server keeps (kubernetes-double.ts): objects with a resourceVersion, and what happened to them.

export type Resource = 'pods' | 'endpoints' | 'configmaps';
export type Texts = Readonly<Record<string, string>>;
type Nullable = Readonly<Record<string, string | null>>;

export interface StoredObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly resourceVersion: string;
    readonly labels: Texts;
    readonly annotations: Texts;
  };
}

export interface Change {
  readonly version: number;
  readonly namespace: string;
  readonly resource: Resource;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: StoredObject;
}

/** The API's Status object for what was not done. */
export interface Status {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  readonly status: 'Failure';
  readonly code: number;
  readonly reason: string;
  readonly message: string;
}

export const status = (code: number, reason: string, message: string): Status => ({
  kind: 'Status',
  apiVersion: 'v1',
  status: 'Failure',
  code,
  reason,
  message,
});

/** What a request says of an object. */
export interface Wanted {
  readonly name?: string;
  readonly resourceVersion?: string;
  readonly labels?: Nullable;
  readonly annotations?: Nullable;
}

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/: all of an object's together. */
const MOST_ANNOTATION_BYTES = 256 * 1024;
const NAME = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;

export class KubernetesObjects {
  readonly #objects = new Map<string, Map<string, StoredObject>>();
  readonly #namespaces = new Set<string>(['pg']);
  readonly changes: Change[] = [];
  version = 100;

  constructor(private readonly happened: (change: Change) => void) {}

  addNamespace(name: string): void {
    this.#namespaces.add(name);
  }

  hasNamespace(name: string): boolean {
    return this.#namespaces.has(name);
  }

  /** Everything as it is, to be put back later. */
  backup(): () => void {
    const objects = [...this.#objects].map(([key, all]) => [key, new Map(all)] as const);
    const { version } = this;
    return () => {
      this.#objects.clear();
      for (const [key, all] of objects) this.#objects.set(key, new Map(all));
      this.version = version;
      this.changes.length = 0;
    };
  }

  all(namespace: string, resource: Resource): Map<string, StoredObject> {
    const key = `${namespace}/${resource}`;
    const found = this.#objects.get(key) ?? new Map<string, StoredObject>();
    this.#objects.set(key, found);
    return found;
  }

  /** Makes or changes an object, as somebody else would. */
  put(namespace: string, resource: Resource, name: string, annotations: Texts, labels: Texts): StoredObject {
    return this.#store(namespace, resource, name, annotations, labels);
  }

  delete(namespace: string, resource: Resource, name: string): void {
    const before = this.all(namespace, resource).get(name);
    if (before === undefined) return;
    this.all(namespace, resource).delete(name);
    this.version += 1;
    const object = { metadata: { ...before.metadata, resourceVersion: String(this.version) } };
    this.#happen({ version: this.version, namespace, resource, type: 'DELETED', object });
  }

  create(namespace: string, resource: Resource, wanted: Wanted): StoredObject | Status {
    const { name = '', resourceVersion } = wanted;
    if (!NAME.test(name) || name.length > 253) return status(422, 'Invalid', `metadata.name: Invalid value: "${name}"`);
    if (resourceVersion !== undefined)
      return status(400, 'BadRequest', 'resourceVersion should not be set on objects to be created');
    if (resource === 'pods') return status(422, 'Invalid', 'spec.containers: Required value');
    if (this.all(namespace, resource).has(name)) {
      return status(409, 'AlreadyExists', `${resource} "${name}" already exists`);
    }
    const annotations = merged({}, wanted.annotations);
    return tooLong(annotations) ?? this.#store(namespace, resource, name, annotations, merged({}, wanted.labels));
  }

  /** What is null is removed. A patch that changes nothing leaves the version as it is, as in the API server. */
  patch(namespace: string, resource: Resource, name: string, wanted: Wanted): StoredObject | Status {
    const before = this.all(namespace, resource).get(name);
    if (before === undefined) return status(404, 'NotFound', `${resource} "${name}" not found`);
    const { metadata } = before;
    if (wanted.resourceVersion !== undefined && wanted.resourceVersion !== metadata.resourceVersion) {
      const words = 'the object has been modified; please apply your changes to the latest version and try again';
      return status(409, 'Conflict', `Operation cannot be fulfilled on ${resource} "${name}": ${words}`);
    }
    const annotations = merged(metadata.annotations, wanted.annotations);
    const labels = merged(metadata.labels, wanted.labels);
    if (sameTexts(annotations, metadata.annotations) && sameTexts(labels, metadata.labels)) return before;
    return tooLong(annotations) ?? this.#store(namespace, resource, name, annotations, labels);
  }

  #store(namespace: string, resource: Resource, name: string, annotations: Texts, labels: Texts): StoredObject {
    const all = this.all(namespace, resource);
    const type = all.has(name) ? 'MODIFIED' : 'ADDED';
    this.version += 1;
    const object = { metadata: { name, namespace, resourceVersion: String(this.version), labels, annotations } };
    all.set(name, object);
    this.#happen({ version: this.version, namespace, resource, type, object });
    return object;
  }

  #happen(change: Change): void {
    this.changes.push(change);
    this.happened(change);
  }
}

function merged(before: Texts, wanted: Nullable = {}): Texts {
  const all = new Map<string, string | null>([...Object.entries(before), ...Object.entries(wanted)]);
  return Object.fromEntries([...all].filter((entry): entry is [string, string] => entry[1] !== null));
}

const sameTexts = (a: Texts, b: Texts): boolean =>
  Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([name, value]) => b[name] === value);

function tooLong(annotations: Texts): Status | null {
  const bytes = Object.entries(annotations).reduce((sum, entry) => sum + Buffer.byteLength(entry.join('')), 0);
  return bytes <= MOST_ANNOTATION_BYTES
    ? null
    : status(422, 'Invalid', 'metadata.annotations: Too long: may not be more than 262144 bytes');
}
