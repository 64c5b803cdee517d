import { cx } from '../lib/cx';

/** A name from a store: kept apart from the text around it whatever direction it is written in, and cut with `…` where it is too long. */
export function Name({
  text,
  className,
}: {
  readonly text: string;
  readonly className?: string | undefined;
}): React.ReactNode {
  return (
    <bdi className={cx('ellipsis', className)} title={text.length > 18 ? text : undefined}>
      {text === '' ? '(empty)' : text}
    </bdi>
  );
}
