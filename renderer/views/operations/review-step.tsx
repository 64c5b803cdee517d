import { CopyButton } from '../../components/copy-button';
import { InlineName } from '../../components/name';
import { requestText } from '../../../app/operations/request-text';
import type { PlannedRequest } from '../../../app/operations/plan';
import type { Wizard } from '../../stores/operations';
import styles from './operations.module.css';

/** Exactly what will be sent to whom, the same as commands, and how to take it back. */
export function ReviewStep({ wizard }: { readonly wizard: Wizard }): React.ReactNode {
  const plan = wizard.planned?.plan;
  if (plan === undefined) return <p className={styles.waiting}>The members are being asked…</p>;
  const { requests, routeWords, patronictl, curl, undo } = plan;
  return (
    <div className={styles.review}>
      <h3>What is sent</h3>
      {requests.map((request) => (
        <Request key={requestText(request)} request={request} />
      ))}
      {routeWords !== null && (
        <p className={styles.route}>
          <InlineName text={routeWords} />
        </p>
      )}
      {patronictl !== null && (
        <Command title="The same with patronictl" text={patronictl} label="Copy the patronictl command" />
      )}
      {curl.length > 0 && <Command title="The same with curl" text={curl.join('\n')} label="Copy the curl command" />}
      <h3>How to take it back</h3>
      <p>
        <InlineName text={undo} />
      </p>
    </div>
  );
}

function Request({ request }: { readonly request: PlannedRequest }): React.ReactNode {
  if (request.kind === 'remove') {
    return (
      <dl className={styles.request}>
        <dt>from the store</dt>
        <dd>
          every key below <span className="mono selectable">{request.prefix}</span> is removed
        </dd>
      </dl>
    );
  }
  if (request.kind === 'store') {
    return (
      <dl className={styles.request}>
        <dt>into the store</dt>
        <dd className="mono selectable">{request.key}</dd>
        <dt>value</dt>
        <dd className="mono selectable">{request.value}</dd>
        <dt>only if</dt>
        <dd>
          {request.revision === '0' ? 'there is no such key' : `it was last changed at revision ${request.revision}`}
        </dd>
      </dl>
    );
  }
  return (
    <dl className={styles.request}>
      <dt>to</dt>
      <dd>
        <InlineName text={request.member} />, its REST API
      </dd>
      <dt>{request.method}</dt>
      <dd className="mono selectable">{request.url}</dd>
      <dt>body</dt>
      <dd className="mono selectable">{request.body === null ? 'none' : JSON.stringify(request.body)}</dd>
    </dl>
  );
}

interface CommandProps {
  readonly title: string;
  readonly text: string;
  readonly label: string;
}

function Command({ title, text, label }: CommandProps): React.ReactNode {
  return (
    <>
      <h3>{title}</h3>
      <div className={styles.command}>
        <pre className="mono selectable" tabIndex={0}>
          {text}
        </pre>
        <CopyButton text={text} label={label} />
      </div>
    </>
  );
}
