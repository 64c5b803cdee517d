import type { ComparedClusters } from '../../../app/ipc/snapshot';
import { type Difference, sentencesOf } from '../../../app/snapshot/compare/compare';
import { excerpt } from '../../../app/text';
import { formatInstant, instantHint } from '../../lib/format';
import styles from './compare-dialog.module.css';

/** What changed from one instant to another: in words first, then by part. */
export function Comparison({ compared }: { readonly compared: ComparedClusters }): React.ReactNode {
  const { beforeAt, afterAt, comparison } = compared;
  const words = sentencesOf(comparison);
  const parts: readonly (readonly [title: string, differences: readonly Difference[]])[] = [
    ['Members', comparison.groups.flatMap(({ members }) => members)],
    ['Slots', comparison.groups.flatMap(({ slots }) => slots)],
    ['Configuration', comparison.groups.flatMap(({ config }) => config)],
    ['Keys', comparison.keys],
  ];
  return (
    <>
      <p className="dim">
        From <span data-hint={instantHint(beforeAt)}>{formatInstant(beforeAt, Date.now())}</span> to{' '}
        <span data-hint={instantHint(afterAt)}>{formatInstant(afterAt, Date.now())}</span>
      </p>
      {words.length === 0 ? (
        <p>{comparison.keys.length === 0 ? 'Nothing changed.' : 'Nothing changed that is worth a sentence.'}</p>
      ) : (
        <ul className={styles.words}>
          {words.map((sentence) => (
            <li key={sentence}>
              <bdi>{sentence}</bdi>
            </li>
          ))}
        </ul>
      )}
      {parts.map(
        ([title, differences]) =>
          differences.length > 0 && <Part key={title} title={title} differences={differences} />,
      )}
    </>
  );
}

const MOST_SHOWN = 300;

function Part({
  title,
  differences,
}: {
  readonly title: string;
  readonly differences: readonly Difference[];
}): React.ReactNode {
  return (
    <section>
      <h3 className={styles.title}>{title}</h3>
      <table className={styles.table} aria-label={title}>
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">Before</th>
            <th scope="col">After</th>
          </tr>
        </thead>
        <tbody>
          {differences.slice(0, MOST_SHOWN).map(({ what, before, after }) => (
            <tr key={what}>
              <th scope="row">
                <bdi>{excerpt(what)}</bdi>
              </th>
              <Side value={before} className={styles.before} />
              <Side value={after} className={styles.after} />
            </tr>
          ))}
        </tbody>
      </table>
      {differences.length > MOST_SHOWN && <p className="dim">and {differences.length - MOST_SHOWN} more</p>}
    </section>
  );
}

function Side({
  value,
  className,
}: {
  readonly value: string | null;
  readonly className: string | undefined;
}): React.ReactNode {
  return value === null ? <td className="faint">—</td> : <td className={className}>{excerpt(value, 400)}</td>;
}
