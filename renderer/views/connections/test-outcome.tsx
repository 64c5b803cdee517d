import type { HostKey, NamedProgram, StoreFailure, StoreProbe } from '../../../app/dcs/store';
import { assertNever } from '../../../app/assert-never';
import { Button } from '../../components/button';
import { CopyButton } from '../../components/copy-button';
import { StateMark, type Mark } from '../../components/state-mark';
import { plural } from '../../lib/format';
import styles from './test-outcome.module.css';
import { hasEndpoints, speaksRest } from './form-settings';
import type { FormState } from './form-state';
import type { TestState } from './use-connection-test';

export interface TestOutcomeProps {
  readonly state: TestState;
  readonly form: FormState;
  /** Changes the endpoints' scheme and tests again: offered when the store speaks the other one. */
  readonly onUseScheme: (scheme: 'http' | 'https') => void;
  /** Makes the key of a bastion known and tests again. */
  readonly onTrust: (key: HostKey) => void;
  /** Allows a kubeconfig's program to be run and tests again. */
  readonly onAllow: (program: NamedProgram) => void;
}

/** What a test came to, in sentences: read out when it comes, in a place that is kept free for it. */
export function TestOutcome(props: TestOutcomeProps): React.ReactNode {
  return (
    <div className={styles.place} role="status" aria-live="polite">
      <Words {...props} />
    </div>
  );
}

function Words({ state, form, onUseScheme, onTrust, onAllow }: TestOutcomeProps): React.ReactNode {
  switch (state.kind) {
    case 'none':
      return null;
    case 'running':
      return (
        <div className={styles.running}>
          <span className={styles.bar} aria-hidden="true" />
          Asking {speaksRest(form) ? 'the members' : 'the store'}. There are{' '}
          {form.bastionHost.trim() === '' ? 'five' : 'fifteen'} seconds to answer.
        </div>
      );
    case 'reached':
      return <Reached probe={state.probe} form={form} />;
    case 'refused':
      return <Box mark="critical" title={state.message} />;
    case 'failed':
      return (
        <Failed failure={state.failure} form={form} onUseScheme={onUseScheme} onTrust={onTrust} onAllow={onAllow} />
      );
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

function Reached({ probe, form }: { readonly probe: StoreProbe; readonly form: FormState }): React.ReactNode {
  const { endpoint, version, clusterCount, elapsedMs } = probe;
  return (
    <Box
      mark={clusterCount === 0 ? 'warning' : 'ok'}
      title={
        <>
          {version} answered at <bdi className="mono">{endpoint}</bdi> in {Math.round(elapsedMs)} ms.
        </>
      }
    >
      <p className="dim">{speaksRest(form) ? <Members probe={probe} /> : <Below probe={probe} form={form} />}</p>
    </Box>
  );
}

function Members({ probe: { clusterCount } }: { readonly probe: StoreProbe }): React.ReactNode {
  return clusterCount > 0 ? (
    <>{plural(clusterCount, 'cluster')}.</>
  ) : (
    <>None of them belongs to a cluster of Patroni.</>
  );
}

function Below({ probe, form }: { readonly probe: StoreProbe; readonly form: FormState }): React.ReactNode {
  const { clusterCount, keyCount } = probe;
  const typed = (form.kind === 'kubernetes' ? form.kubeNamespace : form.namespace).trim();
  const where = <bdi className="mono">{typed === '' ? '/' : typed}</bdi>;
  if (form.kind === 'kubernetes') {
    return clusterCount > 0 ? (
      <>
        {plural(clusterCount, 'cluster')} in the namespace {where}.
      </>
    ) : (
      <>
        No object of Patroni is in the namespace {where}. Are the namespace, the labels and the kind of objects right?
      </>
    );
  }
  if (clusterCount > 0) {
    return (
      <>
        {plural(clusterCount, 'cluster')} and {plural(keyCount, 'key')} below {where}.
      </>
    );
  }
  return keyCount > 0 ? (
    <>
      {plural(keyCount, 'key')} below {where}, but none of them is Patroni’s. Is it the right namespace?
    </>
  ) : (
    <>There is no key below {where}. Is it the right namespace?</>
  );
}

interface FailedProps {
  readonly failure: StoreFailure;
  readonly form: FormState;
  readonly onUseScheme: (scheme: 'http' | 'https') => void;
  readonly onTrust: (key: HostKey) => void;
  /** Allows a kubeconfig's program to be run and tests again. */
  readonly onAllow: (program: NamedProgram) => void;
}

function Failed({ failure, form, onUseScheme, onTrust, onAllow }: FailedProps): React.ReactNode {
  const { hostKey, program } = failure;
  const other = failure.kind === 'tls-server' ? 'https' : failure.kind === 'plaintext-server' ? 'http' : null;
  const words = hasEndpoints(form) ? `Use ${other ?? ''}` : other === 'https' ? 'Use TLS' : 'Use no TLS';
  return (
    <Box mark="critical" title={failure.message}>
      <p className="dim">{failure.advice}</p>
      {other !== null && form.kind !== 'kubernetes' && (
        <Button small onPress={() => onUseScheme(other)}>
          {words} and test again
        </Button>
      )}
      {hostKey !== undefined && (
        <Button small onPress={() => onTrust(hostKey)}>
          The key is right: accept it and test again
        </Button>
      )}
      {program !== undefined && (
        <>
          <pre className="mono selectable">{program.line}</pre>
          <Button small onPress={() => onAllow(program)}>
            Allow exactly this command to be run, and test again
          </Button>
        </>
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
