import { useMemo, useState } from 'react';
import { stringify } from 'yaml';
import type { Cluster } from '../../../app/cluster/cluster';
import { configRows, findRows, openRows } from '../../../app/configuration/tree';
import type { Finding } from '../../../app/findings/finding';
import type { GroupDetail } from '../../../app/ipc/detail';
import { Button } from '../../components/button';
import { copyText } from '../../components/copy-button';
import { EmptyState } from '../../components/empty-state';
import { FindField } from '../../components/find-field';
import lists from '../../components/list-and-detail.module.css';
import { Segments } from '../../components/segments';
import { cx } from '../../lib/cx';
import { plural } from '../../lib/format';
import { useDetail } from '../../stores/hooks';
import { openKey, toast } from '../../stores/ui';
import { ConfigDetail } from './config-detail';
import { notesByKey, treeKey } from './config-model';
import { ConfigTree } from './config-tree';
import styles from './config.module.css';

const none: readonly never[] = [];
const noNotes: readonly never[] = [];

/** The dynamic configuration of the chosen group: each key with what it means and what is wrong with it. */
export function ConfigView(): React.ReactNode {
  const groups = useDetail((d) => d.groups, none);
  const findings = useDetail((d) => d.findings, none);
  const clusterId = useDetail((d) => d.id, '');
  const [chosen, setChosen] = useState<string>('');
  const shown = groups.find(({ group }) => String(group) === chosen) ?? groups[0];
  if (shown === undefined) {
    return <EmptyState title="No configuration">The store has no key of Patroni’s for this cluster.</EmptyState>;
  }
  const options = groups.map(({ group }) => ({
    id: String(group),
    label: group === null ? 'Cluster' : group === 0 ? 'Coordinator · 0' : `Group ${group}`,
  }));
  return (
    <div className={styles.page}>
      {groups.length > 1 && (
        <div className={styles.groups}>
          <Segments label="Group" hideLabel options={options} value={String(shown.group)} onChange={setChosen} />
        </div>
      )}
      <GroupConfig key={`${clusterId} ${String(shown.group)}`} detail={shown} findings={findings} />
    </div>
  );
}

interface GroupConfigProps {
  readonly detail: GroupDetail;
  readonly findings: readonly Finding[];
}

function GroupConfig({ detail, findings }: GroupConfigProps): React.ReactNode {
  const { cluster, group } = detail;
  const keys = useDetail((d) => d.keys, none);
  const ending = group === null ? '/config' : `/${group}/config`;
  const key = keys.find((each) => each.key.endsWith(ending))?.key ?? null;
  if (cluster.config === null) {
    return (
      <EmptyState title="No configuration in the store">
        There is no /config. Each member then goes by its own patroni.yml and by Patroni’s defaults; the leader writes
        the key when it bootstraps the cluster.
      </EmptyState>
    );
  }
  if (cluster.config.modifyVersion === '0') {
    return (
      <EmptyState
        title="The configuration cannot be read"
        actions={key !== null && <Button onPress={() => openKey(key)}>Show the key</Button>}
      >
        The value of /config is not a JSON object. Each Patroni that runs goes on with the configuration that it had.
      </EmptyState>
    );
  }
  return <Configuration cluster={cluster} group={group} findings={findings} data={cluster.config.data} />;
}

interface ConfigurationProps {
  readonly cluster: Cluster;
  readonly group: number | null;
  readonly findings: readonly Finding[];
  readonly data: NonNullable<Cluster['config']>['data'];
}

const extents = [
  { id: 'set', label: 'Set' },
  { id: 'all', label: 'With defaults' },
] as const;

function Configuration({ cluster, group, findings, data }: ConfigurationProps): React.ReactNode {
  const [extent, setExtent] = useState<'set' | 'all'>('set');
  const [search, setSearch] = useState('');
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [selected, setSelected] = useState<string | null>(null);
  const all = useMemo(() => configRows(data, extent === 'all'), [data, extent]);
  const found = useMemo(() => findRows(all, search), [all, search]);
  // What was found is shown, whatever was folded away before.
  const rows = useMemo(() => (search.trim() === '' ? openRows(found, closed) : found), [found, closed, search]);
  const scope = useDetail((d) => d.scope, '');
  const notes = useMemo(() => notesByKey(cluster, findings, { scope, group }), [cluster, findings, scope, group]);
  const chosen = rows.find(({ id }) => id === selected) ?? all.find(({ id }) => id === selected) ?? rows[0] ?? null;
  const toggle = (id: string): void => {
    const next = new Set(closed);
    if (!next.delete(id)) next.add(id);
    setClosed(next);
  };
  const copy = (text: string, words: string) => () => {
    void copyText(text).then((done) => done && toast(`Copied the configuration as ${words}.`));
  };
  const leaves = all.filter((row) => !row.isBranch).length;
  const hits = found.filter((row) => !row.isBranch).length;
  return (
    <div className={cx(lists.view, styles.view)}>
      <div className={lists.side}>
        <FindField
          label="Find in the configuration"
          placeholder="Find a key, a value, a meaning"
          value={search}
          onChange={setSearch}
          onStep={(key) => {
            const at = rows.findIndex(({ id }) => id === chosen?.id);
            const act = treeKey(key, rows, at, closed);
            const row = act !== null && 'to' in act ? rows[act.to] : undefined;
            if (row) setSelected(row.id);
          }}
          count={search.trim() === '' ? plural(leaves, 'value') : `${hits} of ${leaves}`}
        >
          <Segments label="Which keys" hideLabel small options={extents} value={extent} onChange={setExtent} />
        </FindField>
        {rows.length === 0 ? (
          <EmptyState
            title={search.trim() === '' ? 'Nothing is set' : 'Nothing found'}
            actions={
              search.trim() === '' ? (
                <Button onPress={() => setExtent('all')}>Show the defaults</Button>
              ) : (
                <Button onPress={() => setSearch('')}>Show all keys</Button>
              )
            }
          >
            {search.trim() === ''
              ? 'The configuration is empty: Patroni’s defaults hold.'
              : `No key, value or meaning here holds “${search.trim()}”.`}
          </EmptyState>
        ) : (
          <ConfigTree
            rows={rows}
            closed={search.trim() === '' ? closed : emptySet}
            notes={notes}
            selected={chosen?.id ?? null}
            onSelect={setSelected}
            onToggle={toggle}
          />
        )}
        <div className={styles.foot}>
          <span className="faint">
            Read only.{' '}
            {notes.size === 0 ? 'Nothing wrong was found.' : `${plural(notes.size, 'key')} with something to look at.`}
          </span>
          <span className={styles.spring} />
          <Button small variant="quiet" onPress={copy(stringify(data), 'YAML')}>
            Copy as YAML
          </Button>
          <Button small variant="quiet" onPress={copy(JSON.stringify(data, null, 2), 'JSON')}>
            Copy as JSON
          </Button>
        </div>
      </div>
      {chosen !== null && (
        <ConfigDetail key={chosen.id} row={chosen} cluster={cluster} notes={notes.get(chosen.id) ?? noNotes} />
      )}
    </div>
  );
}

const emptySet: ReadonlySet<string> = new Set();
