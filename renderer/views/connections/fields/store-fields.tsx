import { assertNever } from '../../../../app/assert-never';
import { Segments } from '../../../components/segments';
import { Select } from '../../../components/select';
import { storeFormWords } from '../store-words';
import { AddressField } from './address-field';
import { BoundFile, BoundSecret, BoundSwitch, BoundText, type FormParts } from './bound';
import { RestApiFields } from './rest-api-fields';
import { TlsFields } from './tls-fields';
import styles from '../connection-form.module.css';

/** The fields of one kind of store. */
export function StoreFields({ of }: { readonly of: FormParts }): React.ReactNode {
  const { kind } = of.form;
  switch (kind) {
    case 'etcd3':
    case 'etcd':
      return (
        <>
          <AddressField of={of} />
          <div className={styles.pair}>
            <BoundText
              of={of}
              field="username"
              label="User"
              placeholder="none"
              description={`Where ${storeFormWords[kind].name} asks for one.`}
            />
            <BoundSecret of={of} secret="password" label="Password" />
          </div>
          <TlsFields of={of} />
        </>
      );
    case 'consul':
      return <ConsulFields of={of} />;
    case 'zookeeper':
    case 'exhibitor':
      return <ZooKeeperFields of={of} />;
    case 'kubernetes':
      return <KubernetesFields of={of} />;
    case 'rest':
    case 'raft':
      return (
        <>
          <AddressField of={of} />
          <RestApiFields of={of} />
        </>
      );
    default:
      return assertNever(kind);
  }
}

const consistencies = [
  { id: 'default', label: 'default', description: 'The leader answers' },
  { id: 'consistent', label: 'consistent', description: 'The leader asks the others first' },
  { id: 'stale', label: 'stale', description: 'Any server answers, perhaps with what was' },
] as const;

function ConsulFields({ of }: { readonly of: FormParts }): React.ReactNode {
  return (
    <>
      <AddressField of={of} />
      <div className={styles.pair}>
        <BoundText
          of={of}
          field="dc"
          label="Datacenter"
          placeholder="the agent’s own"
          description="As dc in Patroni’s configuration."
        />
        <Select
          label="Consistency"
          options={consistencies}
          value={of.form.consistency}
          onChange={(consistency) => of.onChange({ consistency })}
          description="How Consul reads what it answers."
        />
      </div>
      <BoundSecret of={of} secret="password" label="ACL token" hint="Where Consul asks for one." />
      <TlsFields of={of} />
      <BoundSwitch of={of} field="verify" label="Check the agents’ certificates" />
    </>
  );
}

function ZooKeeperFields({ of }: { readonly of: FormParts }): React.ReactNode {
  const { kind, useSsl } = of.form;
  return (
    <>
      <AddressField of={of} />
      {kind === 'exhibitor' && (
        <div className={styles.pair}>
          <BoundText
            of={of}
            field="port"
            label="Port of Exhibitor"
            mono
            description="Where it lists ZooKeeper’s servers."
          />
          <BoundText of={of} field="pollInterval" label="Ask again after" mono description="Seconds (poll_interval)." />
        </div>
      )}
      <div className={styles.pair}>
        <BoundText
          of={of}
          field="authScheme"
          label="Authentication"
          mono
          placeholder="none"
          description="The scheme in auth_data, e.g. digest."
        />
        <BoundSecret of={of} secret="password" label="Credentials" hint="E.g. user:password." />
      </div>
      <BoundSwitch of={of} field="useSsl" label="TLS" description="As use_ssl in Patroni’s configuration." />
      {useSsl && (
        <>
          <TlsFields of={of} />
          <BoundSwitch of={of} field="verify" label="Check the servers’ certificates" />
        </>
      )}
    </>
  );
}

const servers = [
  { id: 'kubeconfig', label: 'From a kubeconfig' },
  { id: 'address', label: 'By its address' },
] as const;

const objects = [
  { id: 'configmaps', label: 'ConfigMaps' },
  { id: 'endpoints', label: 'Endpoints' },
] as const;

function KubernetesFields({ of }: { readonly of: FormParts }): React.ReactNode {
  const { byAddress, useEndpoints } = of.form;
  return (
    <>
      <Segments
        label="API server"
        options={servers}
        value={byAddress ? 'address' : 'kubeconfig'}
        onChange={(id) => of.onChange({ byAddress: id === 'address' })}
      />
      {byAddress ? (
        <>
          <BoundText of={of} field="server" label="Address" mono placeholder="https://10.0.0.1:6443" />
          <BoundFile
            of={of}
            field="caFile"
            label="CA certificate"
            purpose="ca"
            description="A PEM file. Without one the authorities are trusted that this machine trusts."
          />
        </>
      ) : (
        <div className={styles.pair}>
          <BoundFile
            of={of}
            field="kubeconfig"
            label="kubeconfig"
            purpose="kubeconfig"
            description="Without one KUBECONFIG, or ~/.kube/config."
          />
          <BoundText
            of={of}
            field="context"
            label="Context"
            mono
            placeholder="the current one"
            description="One of those in the kubeconfig."
          />
        </div>
      )}
      <BoundSecret
        of={of}
        secret="password"
        label="Bearer token"
        hint={
          byAddress
            ? 'Of a service account that may read pods and the objects.'
            : 'In place of what the kubeconfig says.'
        }
      />
      <div className={styles.pair}>
        <BoundText
          of={of}
          field="labels"
          label="Labels"
          mono
          placeholder="any"
          description="What Patroni labels its objects with, e.g. application=patroni."
        />
        <BoundText
          of={of}
          field="scopeLabel"
          label="Label of the scope"
          mono
          description="As scope_label in Patroni’s configuration."
        />
      </div>
      <Segments
        label="Patroni keeps its state in"
        options={objects}
        value={useEndpoints ? 'endpoints' : 'configmaps'}
        onChange={(id) => of.onChange({ useEndpoints: id === 'endpoints' })}
      />
    </>
  );
}
