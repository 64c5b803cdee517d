import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dcsRules } from './dcs-rules';
import { exceptions, KUBERNETES } from './exceptions';
import { kubernetesClusterRules } from './kubernetes-cluster-rules';
import { KubernetesSubject } from './kubernetes-subject';
import { kubernetesWriteRules } from './kubernetes-write-rules';
import { rulesFor } from './rule';
import { sessionRules } from './session-rules';
import { watchRules } from './watch-rules';
import { writeRules } from './write-rules';

// Kubernetes holds no keys but Patroni's own, each in an annotation: so the rules are tried with those, on a double of the API server.

const tried = new Set<string>();

describe.each([
  ['Endpoints', true],
  ['ConfigMaps', false],
])('Kubernetes, Patroni’s state in %s', (_, useEndpoints) => {
  let subject: KubernetesSubject;
  beforeAll(async () => {
    subject = await KubernetesSubject.start(useEndpoints);
  });
  afterAll(() => subject.stop());
  const rule = rulesFor(KUBERNETES, tried);
  describe('writes and sessions', () => kubernetesWriteRules(() => subject, rule));
  describe('watches and a cluster', () => kubernetesClusterRules(() => subject, rule));
});

it('every rule of the other stores is tried, or is in the table of exceptions', () => {
  const shared = new Set<string>();
  const collect = (name: string): void => void shared.add(name);
  const nobody = (): never => {
    throw new Error('only the names are asked for');
  };
  for (const rules of [writeRules, sessionRules, watchRules]) rules(nobody, collect);
  dcsRules(nobody, collect, (_, rules) => rules());
  expect(shared.size).toBeGreaterThan(50);
  expect([...shared].filter((name) => !tried.has(name))).toEqual([]);
  expect(exceptions.filter(({ store, rule }) => store === KUBERNETES && !tried.has(rule))).toEqual([]);
});
