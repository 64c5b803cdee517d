import { codePointName, unseenHint } from '../../app/unseen';
import styles from './unseen-mark.module.css';

/** Stands for a character that cannot be seen, or for bytes that are no text. */
export function UnseenMark({ code }: { readonly code: number }): React.ReactNode {
  return (
    <span className={styles.mark} data-hint={unseenHint(code)}>
      {code === 0xfffd ? '\ufffd' : codePointName(code)}
    </span>
  );
}
