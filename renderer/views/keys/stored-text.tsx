import { UnseenMark } from '../../components/unseen-mark';
import { runsOf } from './runs';
import type { Range } from '../../../app/secrets/secret-ranges';
import styles from './stored-text.module.css';

export interface StoredTextProps {
  readonly text: string;
  /** The part to show; all of it without. */
  readonly start?: number;
  readonly end?: number;
  /** What to hide. */
  readonly secrets?: readonly Range[];
}

const nothing: readonly Range[] = [];

/** Text from the store with nothing in it that cannot be seen: what would hide or turn other characters shows its code. */
export function StoredText({
  text,
  start = 0,
  end = text.length,
  secrets = nothing,
}: StoredTextProps): React.ReactNode {
  return runsOf(text, start, end, secrets).map((run, index) => {
    switch (run.kind) {
      case 'text':
        return run.text;
      case 'secret':
        return (
          <span key={index} className={styles.secret} data-hint="A password. The button above shows it.">
            ••••••
          </span>
        );
      case 'special':
        return <UnseenMark key={index} code={run.code} />;
    }
  });
}
