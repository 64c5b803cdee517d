import type { KeyDetail } from '../../../app/ipc/detail';
import { Fact } from '../../components/fact';
import { Flash } from '../../components/flash';
import { exactBytes, formatBytes, formatDuration, formatInstant, instantHint } from '../../lib/format';
import { useNow } from '../../lib/now';
import { useDetail, useFleet } from '../../stores/hooks';
import { countsWrites, sessionName } from './key-words';
import { SessionTtl } from './session-ttl';
import styles from './key-facts.module.css';

/** What the store says of a key beside its value. */
export function KeyFacts({ node }: { readonly node: KeyDetail }): React.ReactNode {
  const now = useNow();
  const isMade = useIsMade();
  return (
    <dl className={styles.facts}>
      {isMade ? (
        <Fact
          label="origin"
          hint="The members’ REST API tells neither keys nor their revisions and leases. This is what such a key holds as far as it is told."
        >
          put together from the members’ REST API, not read in the store
        </Fact>
      ) : (
        <StoreFacts node={node} />
      )}
      <Fact
        label="changed"
        hint={node.changedAt === null ? 'Not since Herdscope connected.' : instantHint(node.changedAt)}
      >
        {node.changedAt === null
          ? 'not yet'
          : `${formatInstant(node.changedAt, now)}, ${formatDuration(now - Date.parse(node.changedAt))} ago`}
      </Fact>
    </dl>
  );
}

/** Whether the shown keys are put together from what others say of the store. */
function useIsMade(): boolean {
  const connectionId = useDetail((d) => d.connectionId, '');
  return useFleet((s) => s.connections.find((c) => c.id === connectionId)?.untold !== undefined);
}

function StoreFacts({ node }: { readonly node: KeyDetail }): React.ReactNode {
  return (
    <>
      <Fact label="revision" hint="The store’s revision at the key’s last change.">
        <Flash value={node.modRevision}>{node.modRevision}</Flash>
      </Fact>
      {countsWrites(node) && (
        <Fact label="version" hint="How many times the key was written since it was created.">
          {node.version}
        </Fact>
      )}
      <Fact label="created at" hint="The store’s revision when the key was created.">
        {node.createRevision}
      </Fact>
      <Fact label="size" hint={exactBytes(node.bytes)}>
        {formatBytes(node.bytes)}
      </Fact>
      <Fact
        label="lease"
        hint={
          node.session === null
            ? 'The key stays until it is deleted.'
            : `The key is deleted when this session ends.${sessionName(node.session) === node.session ? '' : ` In decimal: ${node.session}`}`
        }
      >
        {node.session === null ? (
          'none'
        ) : (
          <>
            {sessionName(node.session)} <SessionTtl id={node.session} />
          </>
        )}
      </Fact>
    </>
  );
}
