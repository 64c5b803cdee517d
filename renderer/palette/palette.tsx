import { useEffect, useId, useMemo, useRef, useState } from 'react';
import { Dialog, Modal, ModalOverlay } from 'react-aria-components/Modal';
import { Icon } from '../components/icon';
import { Keys } from '../components/keys';
import { Seen } from '../components/name';
import { StateMark } from '../components/state-mark';
import { paletteItems, type PaletteItem } from './items';
import { rank, type Ranked, type RankedSection } from './rank';
import { recentIds, remember } from './recent';
import styles from './palette.module.css';

const titles: Record<RankedSection<PaletteItem>['section'], string> = {
  recent: 'Used lately',
  clusters: 'Clusters',
  members: 'Members',
  findings: 'Findings',
  keys: 'Keys',
  connections: 'Connections',
  commands: 'Commands',
};

const PAGE = 8;

/** Finds anything by a few letters and goes there. */
export function Palette({ onClose }: { readonly onClose: () => void }): React.ReactNode {
  return (
    <ModalOverlay
      isOpen
      isDismissable
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      className={styles.veil ?? ''}
    >
      <Modal className={styles.modal ?? ''}>
        <Dialog aria-label="Find anything" className={styles.dialog ?? ''}>
          <Search onClose={onClose} />
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function Search({ onClose }: { readonly onClose: () => void }): React.ReactNode {
  const id = useId();
  const [items] = useState(paletteItems);
  const [recent] = useState(recentIds);
  const [query, setQuery] = useState('');
  const [active, setActive] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const ranked = useMemo(() => rank(items, query, recent), [items, query, recent]);
  const flat = useMemo(() => ranked.flatMap(({ results }) => results), [ranked]);

  useEffect(() => {
    // The first entry brings its section's title into sight.
    if (active === 0) list.current?.scrollTo({ top: 0 });
    else list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [active, query]);

  const run = ({ item }: Ranked<PaletteItem>): void => {
    remember(item.id);
    // Closed first, so that the focus is back before what comes next takes it.
    onClose();
    item.run();
  };

  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    const count = flat.length;
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: (active + 1) % Math.max(1, count),
      ArrowUp: (active - 1 + count) % Math.max(1, count),
      PageDown: Math.min(count - 1, active + PAGE),
      PageUp: Math.max(0, active - PAGE),
    };
    const chosen = flat[active];
    if (event.key === 'Enter' && chosen !== undefined) {
      event.preventDefault();
      run(chosen);
    } else if (Object.hasOwn(steps, event.key) && count > 0) {
      event.preventDefault();
      setActive(steps[event.key] ?? 0);
    }
  };

  let index = -1;
  return (
    <>
      <div className={styles.search}>
        <Icon name="search" />
        <input
          autoFocus
          role="combobox"
          aria-expanded={flat.length > 0}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={flat.length > 0 ? `${id}-${active}` : undefined}
          aria-label="Find a cluster, member, key, finding or command"
          placeholder="Find a cluster, member, key, finding or command"
          spellCheck={false}
          autoComplete="off"
          value={query}
          onChange={(event) => {
            setQuery(event.target.value);
            setActive(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div ref={list} id={`${id}-list`} role="listbox" aria-label="Results" className={styles.list}>
        {ranked.map(({ section, results }) => (
          <div key={section} role="group" aria-labelledby={`${id}-${section}`}>
            <div id={`${id}-${section}`} role="presentation" className={styles.section}>
              {titles[section]}
            </div>
            {results.map((result) => {
              index += 1;
              const at = index;
              return (
                <Entry
                  key={result.item.id}
                  id={`${id}-${at}`}
                  result={result}
                  isActive={at === active}
                  onPoint={() => setActive(at)}
                  onRun={() => run(result)}
                />
              );
            })}
          </div>
        ))}
      </div>
      {flat.length === 0 && (
        <p className={styles.nothing} role="status">
          Nothing is called <b dir="auto">{query.trim()}</b>. Keys and findings are those of the open cluster.
        </p>
      )}
      <footer className={styles.foot}>
        <span>
          <Keys keys={['↑', '↓']} /> choose
        </span>
        <span>
          <Keys keys={['Enter']} /> open
        </span>
        <span>
          <Keys keys={['Esc']} /> close
        </span>
      </footer>
    </>
  );
}

interface EntryProps {
  readonly id: string;
  readonly result: Ranked<PaletteItem>;
  readonly isActive: boolean;
  readonly onPoint: () => void;
  readonly onRun: () => void;
}

function Entry({ id, result, isActive, onPoint, onRun }: EntryProps): React.ReactNode {
  const { item, ranges } = result;
  return (
    <div
      id={id}
      role="option"
      aria-selected={isActive}
      className={styles.entry}
      // Moving, not entering: a list that scrolls below a resting pointer chooses nothing.
      onPointerMove={isActive ? undefined : onPoint}
      onClick={onRun}
    >
      <span className={styles.mark}>{item.mark !== null && <StateMark mark={item.mark} />}</span>
      <bdi className={styles.title}>
        <Highlighted text={item.title} ranges={ranges} />
      </bdi>
      <bdi className={styles.aside}>
        <Seen text={item.aside} />
      </bdi>
      {item.keys !== null && <Keys keys={item.keys} />}
    </div>
  );
}

interface HighlightedProps {
  readonly text: string;
  readonly ranges: Ranked<PaletteItem>['ranges'];
}

function Highlighted({ text, ranges }: HighlightedProps): React.ReactNode {
  const parts: React.ReactNode[] = [];
  let at = 0;
  for (const [start, end] of ranges) {
    parts.push(
      <Seen key={`${start} before`} text={text.slice(at, start)} />,
      <mark key={start}>
        <Seen text={text.slice(start, end)} />
      </mark>,
    );
    at = end;
  }
  return [...parts, <Seen key="rest" text={text.slice(at)} />];
}
