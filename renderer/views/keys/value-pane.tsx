import { useMemo, useState } from 'react';
import type { ConnectionSettings } from '../../../app/ipc/contract';
import type { KeyDetail } from '../../../app/ipc/detail';
import { request } from '../../bridge';
import { Button } from '../../components/button';
import { copyText, CopyButton } from '../../components/copy-button';
import { Segments } from '../../components/segments';
import { StateMark, type Mark } from '../../components/state-mark';
import { formatBytes, plural } from '../../lib/format';
import { toast } from '../../stores/ui';
import { etcdctlGet } from './etcdctl';
import { KeyFacts } from './key-facts';
import { keyWords } from './key-words';
import { hasStructure, problemOf, readValue } from './reading';
import { countUndecodable } from './runs';
import { StoredText } from './stored-text';
import { ValueText } from './value-text';
import styles from './value-pane.module.css';

export type ValueMode = 'pretty' | 'raw';

export interface ValuePaneProps {
  readonly clusterId: string;
  readonly node: KeyDetail;
  readonly namespace: string;
  /** Null for the practice herd: no etcdctl reaches it. */
  readonly settings: ConnectionSettings | null;
  readonly mode: ValueMode;
  readonly onMode: (mode: ValueMode) => void;
  /** The key was removed from the store; this is what it held last. */
  readonly isGone: boolean;
}

const modes = [
  { id: 'pretty', label: 'Pretty' },
  { id: 'raw', label: 'As stored' },
] as const;

/** One key: where it stands, what it is for, and its value. */
export function ValuePane(props: ValuePaneProps): React.ReactNode {
  const { clusterId, node, namespace, settings, mode, onMode, isGone } = props;
  const [reveal, setReveal] = useState(false);
  const whole = useWholeValue(clusterId, node);
  const text = whole.text ?? node.value;
  const cut = node.truncated && whole.text === null;
  const words = keyWords(namespace, node.key);
  const reading = useMemo(() => readValue(text, cut), [text, cut]);
  const undecodable = useMemo(() => countUndecodable(text), [text]);
  const problem = problemOf(words, reading);
  const structure = hasStructure(reading);
  const secrets = reading.secrets.length;

  const copyValue = async (): Promise<void> => {
    const all = cut ? await whole.load() : text;
    if (all !== null && (await copyText(all))) toast(secrets > 0 ? 'Copied, with its passwords.' : 'Copied.');
  };

  return (
    <section className={styles.pane} aria-label="Value">
      <header className={styles.head}>
        <div className={styles.title}>
          <h2 className={styles.key} dir="ltr">
            <bdi>
              <StoredText text={node.key} />
            </bdi>
          </h2>
          <CopyButton label="Copy the key" text={node.key} />
        </div>
        <p className={styles.meaning}>
          <b>{words.title}</b> {words.meaning}
        </p>
        <KeyFacts node={node} />
      </header>
      <div className={styles.tools}>
        {structure && <Segments small hideLabel label="Layout" options={modes} value={mode} onChange={onMode} />}
        {secrets > 0 && (
          <Button small onPress={() => setReveal(!reveal)} aria-pressed={reveal}>
            {reveal ? 'Hide' : 'Show'} {secrets.toLocaleString('en-US')} {secrets === 1 ? 'password' : 'passwords'}
          </Button>
        )}
        <span className={styles.spring} />
        {settings?.kind === 'etcd3' && (
          <Button
            small
            variant="quiet"
            hint="The command that reads this key with etcd’s own tool"
            onPress={() => {
              void copyText(etcdctlGet(settings, node.key)).then((done) => {
                if (done) toast('The etcdctl command is copied.');
              });
            }}
          >
            Copy as etcdctl
          </Button>
        )}
        <Button
          small
          variant="quiet"
          onPress={() => void copyValue()}
          {...(secrets > 0 ? { hint: 'As stored: with its passwords' } : {})}
        >
          Copy the value
        </Button>
      </div>
      <div className={styles.notes} role="status">
        {isGone && <Note mark="unknown" text="The key was removed from the store. This is what it held last." />}
        {problem !== null && <Note mark="warning" text={problem} />}
        {undecodable > 0 && (
          <Note
            mark="warning"
            text={`${plural(undecodable, 'place')} in the value ${undecodable === 1 ? 'is' : 'are'} no UTF-8 text and shown as \ufffd.`}
          />
        )}
        {cut && (
          <Note mark="info" text={`These are the first ${formatBytes(64 * 1024)} of ${formatBytes(node.bytes)}.`}>
            <Button small isDisabled={whole.isLoading} onPress={() => void whole.load()}>
              {whole.isLoading ? 'Loading…' : `Load all ${formatBytes(node.bytes)}`}
            </Button>
          </Note>
        )}
      </div>
      {text === '' ? (
        <p className={styles.empty}>The value is empty.</p>
      ) : (
        <ValueText reading={reading} pretty={mode === 'pretty'} reveal={reveal} label={`Value of ${node.key}`} />
      )}
    </section>
  );
}

interface NoteProps {
  readonly mark: Mark;
  readonly text: string;
  /** A button. */
  readonly children?: React.ReactNode;
}

function Note({ mark, text, children }: NoteProps): React.ReactNode {
  return (
    <div className={styles.note}>
      <StateMark mark={mark} />
      <span>{text}</span>
      {children}
    </div>
  );
}

interface WholeValue {
  /** Null until it was loaded; what was loaded before the key's last change no longer counts. */
  readonly text: string | null;
  readonly isLoading: boolean;
  /** Gives the value; null when main could not, which is then said. */
  readonly load: () => Promise<string | null>;
}

/** The whole of a value that came cut. */
function useWholeValue(clusterId: string, node: KeyDetail): WholeValue {
  const [loaded, setLoaded] = useState<{ readonly revision: string; readonly text: string } | null>(null);
  const [isLoading, setLoading] = useState(false);
  const load = async (): Promise<string | null> => {
    setLoading(true);
    const answer = await request('cluster.value', { clusterId, key: node.key });
    setLoading(false);
    if (!answer.ok) {
      toast(answer.error.message, 'critical');
      return null;
    }
    setLoaded({ revision: node.modRevision, text: answer.value });
    return answer.value;
  };
  const current = node.truncated && loaded?.revision === node.modRevision;
  return { text: current ? loaded.text : null, isLoading, load };
}
