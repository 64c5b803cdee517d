import { useEffect, useRef } from 'react';
import { SEARCH_ID } from '../commands';
import { Icon } from '../components/icon';
import { IconButton } from '../components/icon-button';
import { cx } from '../lib/cx';
import { useSession, useUi } from '../stores/hooks';
import { openOverlay, setSearch, setSidebarOpen } from '../stores/ui';
import { FleetList } from './fleet-list';
import { Logo } from './logo';
import styles from './sidebar.module.css';

export function Sidebar(): React.ReactNode {
  const open = useUi((s) => s.sidebarOpen);
  return (
    <>
      {open && <div className={styles.veil} onPointerDown={() => setSidebarOpen(false)} />}
      <aside
        className={cx(styles.sidebar, open && styles.open)}
        aria-label="Fleet"
        onKeyDown={(e) => {
          if (open && e.key === 'Escape') setSidebarOpen(false);
        }}
      >
        <div className={styles.brand}>
          <Logo />
          <span>Herdscope</span>
          <span className={styles.acts}>
            <IconButton label="Add a connection" onPress={() => openOverlay({ kind: 'connection', id: null })}>
              <Icon name="plus" />
            </IconButton>
            <IconButton label="Settings" onPress={() => openOverlay({ kind: 'settings' })}>
              <Icon name="settings" />
            </IconButton>
          </span>
        </div>
        <Search />
        <FleetList />
      </aside>
    </>
  );
}

function Search(): React.ReactNode {
  const search = useUi((s) => s.search);
  const platform = useSession((s) => s.platform);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const element = input.current;
    // A search field of the platform empties itself on Escape and tells it only with this event.
    const cleared = () => setSearch(element?.value ?? '');
    element?.addEventListener('search', cleared);
    return () => element?.removeEventListener('search', cleared);
  }, []);
  return (
    <div className={styles.search}>
      <Icon name="search" size={14} />
      <input
        ref={input}
        id={SEARCH_ID}
        type="search"
        value={search}
        placeholder="Find cluster or member"
        aria-label="Find a cluster by its name, its leader or a member"
        spellCheck={false}
        onChange={(e) => setSearch(e.target.value)}
        onKeyDown={(e) => {
          if (e.key !== 'ArrowDown' && e.key !== 'Enter') return;
          const first = document.querySelector<HTMLElement>('[data-fleet-row]');
          if (!first) return;
          e.preventDefault();
          if (e.key === 'Enter') first.click();
          else first.focus();
        }}
      />
      <button
        type="button"
        className={styles.palette}
        aria-label="Command palette"
        data-hint="Find anything: clusters, members, commands"
        onClick={() => openOverlay({ kind: 'palette' })}
      >
        <kbd>{platform === 'darwin' ? '⌘ K' : 'Ctrl K'}</kbd>
      </button>
    </div>
  );
}
