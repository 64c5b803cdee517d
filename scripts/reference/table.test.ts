import { describe, expect, it } from 'vitest';
import { page } from './page';
import { implementationsIn } from './sources';
import { referenceTable, rowOf } from './table';

const source = `
/** A cluster (patroni.dcs.Cluster). */
export interface Cluster {
  readonly syncState: string;
}

/**
 * Whether nobody leads.
 * \`patroni/dcs: Cluster.is_unlocked\`.
 */
export function isUnlocked(): boolean {}

/** \`patroni/dcs: Cluster._hidden\`. */
function hidden(): void {}
`;

describe('the page of the reference', () => {
  const found = implementationsIn('app/cluster/cluster.ts', source);

  it('finds what a doc comment says it implements, and the fields of a type', () => {
    const names = found.map(({ symbol, names }) => [symbol, ...names]);
    expect(names).toEqual([
      ['Cluster', 'Cluster'],
      ['Cluster.syncState', 'Cluster.sync_state'],
      ['isUnlocked', 'Cluster.is_unlocked'],
      ['hidden', 'Cluster._hidden'],
    ]);
  });

  it('finds the tests that use it', () => {
    const tests = [
      { file: 'app/cluster/cluster.test.ts', text: "import * as Cluster from './cluster';\nCluster.isUnlocked(x)" },
      { file: 'app/cluster/other.test.ts', text: 'isUnlocked' },
    ];
    expect(rowOf('Cluster.is_unlocked', found, tests)).toMatchObject({ tests: ['app/cluster/cluster.test.ts'] });
    expect(rowOf('Cluster.sync_state', found, tests)).toMatchObject({ tests: [] });
    expect(rowOf('Cluster._hidden', found, tests)).toMatchObject({ tests: ['app/cluster/cluster.test.ts'] });
  });

  it('misses a name that is nowhere', () => {
    expect(rowOf('Cluster.no_such_name', found, [])).toEqual({ kind: 'missing', name: 'Cluster.no_such_name' });
    expect(page([{ kind: 'missing', name: 'Cluster.no_such_name' }])).toContain('**missing**');
  });

  it('has every name', async () => {
    const rows = await referenceTable();
    expect(rows.length).toBeGreaterThan(150);
    expect(rows.filter(({ kind }) => kind === 'missing')).toEqual([]);
  });
});
