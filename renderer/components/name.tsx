import { cx } from '../lib/cx';
import { plainName, splitUnseen } from '../../app/unseen';
import { UnseenMark } from './unseen-mark';

export interface NameProps {
  readonly text: string;
  readonly className?: string | undefined;
}

/**
 * A name from a store: kept apart from the text around it whatever direction it is written in, and cut with `…` where it
 * is too long. What cannot be seen in it shows its code: a name never looks like another one.
 */
export function Name({ text, className }: NameProps): React.ReactNode {
  return (
    <bdi className={cx('ellipsis', className)} title={text.length > 12 ? plainName(text) : undefined}>
      {text === '' ? '(empty)' : <Seen text={text} spaces />}
    </bdi>
  );
}

/** A name, or words with one in them, in the midst of a sentence: as `Name`, but never cut. */
export function InlineName({ text, className }: NameProps): React.ReactNode {
  return (
    <bdi className={className}>
      <Seen text={text} spaces />
    </bdi>
  );
}

export interface SeenProps {
  readonly text: string;
  /** For a whole name: spaces that it should not have count as unseen too. */
  readonly spaces?: boolean;
}

/** Text with nothing in it that cannot be seen. */
export function Seen({ text, spaces = false }: SeenProps): React.ReactNode {
  const parts = splitUnseen(text, { spaces });
  if (parts.length === 1 && parts[0]?.kind === 'text') return text;
  return parts.map((part, index) => (part.kind === 'text' ? part.text : <UnseenMark key={index} code={part.code} />));
}
