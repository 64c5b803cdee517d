import type { StoreFailure, StoreProbe } from '../../../app/dcs/store';
import { assertNever } from '../../../app/assert-never';
import { Button } from '../../components/button';
import { CopyButton } from '../../components/copy-button';
import { StateMark, type Mark } from '../../components/state-mark';
import { plural } from '../../lib/format';
import styles from './test-outcome.module.css';
import type { TestState } from './use-connection-test';

export interface TestOutcomeProps {
  readonly state: TestState;
  /** The namespace that was tested, as typed. */
  readonly namespace: string;
  /** Changes the endpoints' scheme and tests again: offered when the store speaks the other one. */
  readonly onUseScheme: (scheme: 'http' | 'https') => void;
}

/** What a test came to, in sentences: read out when it comes, in a place that is kept free for it. */
export function TestOutcome(props: TestOutcomeProps): React.ReactNode {
  return (
    <div className={styles.place} role="status" aria-live="polite">
      <Words {...props} />
    </div>
  );
}

function Words({ state, namespace, onUseScheme }: TestOutcomeProps): React.ReactNode {
  switch (state.kind) {
    case 'none':
      return null;
    case 'running':
      return (
        <div className={styles.running}>
          <span className={styles.bar} aria-hidden="true" />
          Asking the store. It has five seconds to answer.
        </div>
      );
    case 'reached':
      return <Reached probe={state.probe} namespace={namespace} />;
    case 'refused':
      return <Box mark="critical" title={state.message} />;
    case 'failed':
      return <Failed failure={state.failure} onUseScheme={onUseScheme} />;
    default:
      return assertNever(state);
  }
}

interface BoxProps {
  readonly mark: Mark;
  readonly title: React.ReactNode;
  readonly children?: React.ReactNode;
}

function Box({ mark, title, children }: BoxProps): React.ReactNode {
  return (
    <div className={styles.box} data-mark={mark}>
      <span className={styles.mark}>
        <StateMark mark={mark} label="" size={12} />
      </span>
      <div className={styles.words}>
        <p className={styles.title}>{title}</p>
        {children}
      </div>
    </div>
  );
}

function Reached({ probe, namespace }: { readonly probe: StoreProbe; readonly namespace: string }): React.ReactNode {
  const { endpoint, version, clusterCount, keyCount, elapsedMs } = probe;
  const where = <bdi className="mono">{namespace.trim() === '' ? '/' : namespace.trim()}</bdi>;
  return (
    <Box
      mark={clusterCount === 0 ? 'warning' : 'ok'}
      title={
        <>
          {version} answered at <bdi className="mono">{endpoint}</bdi> in {Math.round(elapsedMs)} ms.
        </>
      }
    >
      <p className="dim">
        {clusterCount > 0 ? (
          <>
            {plural(clusterCount, 'cluster')} and {plural(keyCount, 'key')} below {where}.
          </>
        ) : keyCount > 0 ? (
          <>
            {plural(keyCount, 'key')} below {where}, but none of them is Patroni’s. Is it the right namespace?
          </>
        ) : (
          <>There is no key below {where}. Is it the right namespace?</>
        )}
      </p>
    </Box>
  );
}

interface FailedProps {
  readonly failure: StoreFailure;
  readonly onUseScheme: (scheme: 'http' | 'https') => void;
}

function Failed({ failure, onUseScheme }: FailedProps): React.ReactNode {
  const other = failure.kind === 'tls-server' ? 'https' : failure.kind === 'plaintext-server' ? 'http' : null;
  return (
    <Box mark="critical" title={failure.message}>
      <p className="dim">{failure.advice}</p>
      {other !== null && (
        <Button small onPress={() => onUseScheme(other)}>
          Use {other} and test again
        </Button>
      )}
      {failure.detail !== '' && (
        <details className={styles.details}>
          <summary>In the library’s own words</summary>
          <div className={styles.detail}>
            <pre className="mono selectable">{failure.detail}</pre>
            <CopyButton label="Copy these words" text={failure.detail} />
          </div>
        </details>
      )}
    </Box>
  );
}
