import { describe, expect, it } from 'vitest';
import { clusterKey, isCluster, joinKey, namespacePrefix, parseKey, patroniKey } from './keys';

describe('joinKey', () => {
  it('collapses repeated slashes as Patroni does', () => {
    expect(joinKey('service', 'demo')).toBe('/service/demo');
    expect(joinKey('//service//', '/demo')).toBe('/service/demo');
  });
});

describe('namespacePrefix', () => {
  it('does not mind slashes at the ends', () => {
    expect(['service', '/service', '/service/', '//service//'].map(namespacePrefix)).toEqual(
      Array(4).fill('/service/'),
    );
  });

  it('is the root for an empty namespace', () => {
    expect([namespacePrefix(''), namespacePrefix('/')]).toEqual(['/', '/']);
  });
});

describe('parseKey', () => {
  it('takes a key of a plain cluster apart', () => {
    expect(parseKey('/service', '/service/demo/members/pg1')).toEqual({
      scope: 'demo',
      group: null,
      relative: 'members/pg1',
    });
  });

  it('takes a number before another element as the MPP group', () => {
    expect(parseKey('service', '/service/citus/0/leader')).toEqual({ scope: 'citus', group: 0, relative: 'leader' });
    expect(parseKey('service', '/service/citus/12/members/w')).toEqual({
      scope: 'citus',
      group: 12,
      relative: 'members/w',
    });
  });

  it('knows no group with leading zeros, a sign, nothing below it, or more digits than a number holds', () => {
    for (const relative of ['01/mark', '+1/mark', '7', '99999999999999999999/mark']) {
      expect(parseKey('service', `/service/demo/${relative}`)).toEqual({ scope: 'demo', group: null, relative });
    }
  });

  it('finds a scope that holds slashes, as Patroni writes it', () => {
    const parse = (path: string): unknown => {
      const found = parseKey('/service', `/service/${path}`);
      return found && [found.scope, found.group, found.relative];
    };
    expect(parse('team/demo/leader')).toEqual(['team/demo', null, 'leader']);
    expect(parse('a/team/demo/members/pg1')).toEqual(['a/team/demo', null, 'members/pg1']);
    expect(parse('team/demo/optime/leader')).toEqual(['team/demo', null, 'optime/leader']);
    expect(parse('team/citus/1/members/w')).toEqual(['team/citus', 1, 'members/w']);
    expect(parse('demo/01/leader')).toEqual(['demo/01', null, 'leader']);
    // The shorter scope, where both could be.
    expect(parse('demo/members/leader')).toEqual(['demo', null, 'members/leader']);
    expect(parse('demo/members/pg1/leader')).toEqual(['demo', null, 'members/pg1/leader']);
    // What is not Patroni's, or what Patroni would not write.
    expect(parse('team/demo/mark')).toEqual(['team', null, 'demo/mark']);
    expect(parse('team//demo/leader')).toEqual(['team', null, '/demo/leader']);
    const key = clusterKey('/service', 'team/demo', 2, 'sync');
    expect(parseKey('/service', key)).toEqual({ scope: 'team/demo', group: 2, relative: 'sync' });
  });

  it('says nothing of a key outside the namespace or without a scope', () => {
    expect(parseKey('service', '/services/demo/leader')).toBeNull();
    expect(parseKey('service', '/service')).toBeNull();
    expect(parseKey('service', '/service/')).toBeNull();
    expect(parseKey('service', '/service//demo/leader')).toBeNull();
  });

  it('undoes clusterKey', () => {
    expect(clusterKey('service/', 'demo', null, 'sync')).toBe('/service/demo/sync');
    expect(parseKey('service', clusterKey('service', 'citus', 3, 'sync'))).toEqual({
      scope: 'citus',
      group: 3,
      relative: 'sync',
    });
  });
});

describe('patroniKey', () => {
  it('knows the keys that Patroni writes', () => {
    const kinds = [
      'initialize',
      'config',
      'leader',
      'status',
      'optime/leader',
      'failover',
      'sync',
      'history',
      'failsafe',
    ];
    expect(kinds.map((key) => patroniKey(key)?.kind)).toEqual(
      kinds.map((key) => (key === 'optime/leader' ? 'leader-optime' : key)),
    );
  });

  it('takes a key below members/ with exactly one slash as a member', () => {
    expect(patroniKey('members/pg1')).toEqual({ kind: 'member', name: 'pg1' });
    expect(patroniKey('members/__proto__')).toEqual({ kind: 'member', name: '__proto__' });
    expect(patroniKey('members/pg1/x')).toBeNull();
    expect(patroniKey('members')).toBeNull();
  });

  it('leaves what it does not know to others', () => {
    expect(['', 'optime', 'leader/', 'Leader', 'constructor', 'mark'].map(patroniKey)).toEqual(Array(6).fill(null));
  });
});

describe('isCluster', () => {
  it('needs one of Patroni’s keys, no more', () => {
    expect(isCluster(['mark', 'initialize'])).toBe(true);
  });

  it('does not take another program’s keys for a cluster', () => {
    expect(isCluster(['default/kubernetes', 'leases/x/leader', 'mark'])).toBe(false);
    expect(isCluster([])).toBe(false);
  });
});
