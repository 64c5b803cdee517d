import type { Clock } from '../../app/clock';
import type { DcsMaker, DcsMakers } from '../../app/dcs/get-dcs';
import { KeyValueDcs } from '../../app/dcs/key-value-dcs';
import type { ReadableStore, WritableStore } from '../../app/dcs/store';
import { type AvailableSettings, availableKinds, isAvailable } from '../../app/ipc/connections/kinds';
import { readPatroniSection } from './import/import-patroni';
import { openStore } from './store-makers';

/**
 * Makes Patroni's contract on the stores that can be connected to, for `getDcs`. A section's options are read as an import reads
 * them. Files are relative to the folder that the program runs in, as for Patroni.
 */
export function dcsMakers(clock: Clock): DcsMakers {
  const make =
    (kind: AvailableSettings['kind']): DcsMaker =>
    async (section, options, config) => {
      const found = readPatroniSection(kind, section, config);
      if (!found.ok) throw new Error(found.error);
      const { settings, secrets } = found.value;
      if (!isAvailable(settings)) throw new Error(`${kind} cannot be connected to`);
      const { password = null, keyPassword = null, restPassword = null, restKeyPassword = null } = secrets;
      const none = { sshPassphrase: null };
      const store = await openStore(settings, { password, keyPassword, restPassword, restKeyPassword, ...none });
      if (!isWritable(store)) throw new Error(`${kind} cannot be written to`);
      if (settings.kind === 'kubernetes') {
        const { KubernetesDcs } = await import('../stores/kubernetes/kubernetes-dcs');
        return new KubernetesDcs(store, { ...options, namespace: settings.namespace }, clock);
      }
      return new KeyValueDcs(store, options, clock);
    };
  return Object.fromEntries(availableKinds.map((kind) => [kind, make(kind)]));
}

const isWritable = (store: ReadableStore): store is WritableStore => 'openSession' in store;
