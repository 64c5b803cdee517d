import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { dropTakerStore } from '../stores/drop-taker';
import { Icon } from '../components/icon';
import styles from './drop-target.module.css';

/** Takes files that are dropped onto the window, and texts that are pasted outside any field. */
export function DropTarget(): React.ReactNode {
  const [over, setOver] = useState(false);
  const taker = useStore(dropTakerStore, (s) => s.taker);
  useEffect(() => {
    let depth = 0;
    const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;
    const enter = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      depth += 1;
      setOver(true);
    };
    const leave = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      depth -= 1;
      if (depth <= 0) setOver(false);
    };
    const move = (event: DragEvent): void => {
      if (hasFiles(event)) event.preventDefault();
    };
    const drop = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      depth = 0;
      setOver(false);
      const files = [...(event.dataTransfer?.files ?? [])];
      const { taker: wanted } = dropTakerStore.getState();
      if (wanted !== null && !files.some(isSnapshot)) wanted.files(files);
      else void import('../views/snapshots/take-files').then(({ takeFiles }) => takeFiles(files));
    };
    const paste = (event: ClipboardEvent): void => {
      const target = event.target instanceof Element ? event.target : null;
      if (target?.closest('input, textarea, [contenteditable]') != null) return;
      const files = [...(event.clipboardData?.files ?? [])];
      const text = event.clipboardData?.getData('text/plain') ?? '';
      if (files.length === 0 && text.trim() === '') return;
      event.preventDefault();
      const { taker: wanted } = dropTakerStore.getState();
      if (wanted !== null && !files.some(isSnapshot)) {
        if (files.length > 0) wanted.files(files);
        else wanted.text(text);
        return;
      }
      void import('../views/snapshots/take-files').then(({ takeFiles, takeText }) =>
        files.length > 0 ? takeFiles(files) : takeText(text),
      );
    };
    window.addEventListener('dragenter', enter);
    window.addEventListener('dragleave', leave);
    window.addEventListener('dragover', move);
    window.addEventListener('drop', drop);
    window.addEventListener('paste', paste);
    return () => {
      window.removeEventListener('dragenter', enter);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('dragover', move);
      window.removeEventListener('drop', drop);
      window.removeEventListener('paste', paste);
    };
  }, []);
  if (!over) return null;
  return (
    <div className={styles.veil} data-testid="drop-target">
      <div className={styles.box}>
        <Icon name="file" size={28} />
        <b>{taker?.words ?? 'Drop to open'}</b>
        <span className="dim">
          {taker?.about ?? 'Snapshots, exports of a store, output of patronictl, or an archive of them'}
        </span>
      </div>
    </div>
  );
}

const isSnapshot = ({ name }: File): boolean => name.endsWith('.herdscope');
