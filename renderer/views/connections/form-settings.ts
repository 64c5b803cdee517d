import { assertNever } from '../../../app/assert-never';
import type { BastionSettings } from '../../../app/ipc/connections/bastion';
import { type RecordingSettings, usualRecording } from '../../../app/ipc/connections/fields';
import type { ConnectionSettings } from '../../../app/ipc/contract';
import { sameData } from '../../../app/same-data';
import { type Endpoints, readEndpoints, readHosts } from './endpoints';
import type { FormState } from './form-state';
import { labelsText, readLabels } from './labels';
import { storeFormWords } from './store-words';

const orNull = (text: string): string | null => (text.trim() === '' ? null : text.trim());

/** Whether files for TLS are given, so that an endpoint without a scheme means https. */
export function hasTlsFiles(form: FormState): boolean {
  return speaksRest(form)
    ? form.restCaFile !== '' || form.restCertFile !== '' || form.restKeyFile !== ''
    : form.caFile !== '' || form.certFile !== '' || form.keyFile !== '';
}

/** Whether the addresses are the members' own. */
export const speaksRest = ({ kind }: FormState): boolean => kind === 'rest' || kind === 'raft';

/** Whether the store is reached at http or https endpoints. */
export const hasEndpoints = ({ kind }: FormState): boolean =>
  kind === 'etcd3' || kind === 'etcd' || kind === 'consul' || kind === 'rest' || kind === 'raft';

/** The addresses as they will be used. */
export function addressesOf(form: FormState): Endpoints {
  const { addresses } = storeFormWords[form.kind];
  if (addresses === null) return { urls: [], problem: null };
  return hasEndpoints(form)
    ? readEndpoints(form.addresses, hasTlsFiles(form), addresses.port ?? 80)
    : readHosts(form.addresses, addresses.port);
}

/** The settings that a form says. What cannot be read is left out: `problemsOf` tells of it. */
export function settingsOf(form: FormState): ConnectionSettings {
  const { kind, before, verify } = form;
  const common = {
    id: form.id,
    name: form.name.trim(),
    writable: form.writable,
    production: form.production,
    bastion: bastionOf(form),
    ...recordingOf(form),
    restApi: {
      username: orNull(form.restUsername),
      caFile: orNull(form.restCaFile),
      certFile: orNull(form.restCertFile),
      keyFile: orNull(form.restKeyFile),
      verify: form.restVerify,
    },
  };
  const addresses = [...addressesOf(form).urls];
  const namespace = form.namespace.trim();
  const tlsFiles = { caFile: orNull(form.caFile), certFile: orNull(form.certFile), keyFile: orNull(form.keyFile) };
  switch (kind) {
    case 'etcd3':
    case 'etcd':
      return { kind, ...common, endpoints: addresses, namespace, username: orNull(form.username), ...tlsFiles };
    case 'consul': {
      const { dc, consistency } = form;
      return { kind, ...common, endpoints: addresses, namespace, dc: orNull(dc), consistency, ...tlsFiles, verify };
    }
    case 'zookeeper':
    case 'exhibitor': {
      const client = {
        namespace,
        useSsl: form.useSsl,
        verify,
        ...tlsFiles,
        authScheme: orNull(form.authScheme),
        setAcls: before !== null && 'setAcls' in before ? before.setAcls : {},
      };
      return kind === 'zookeeper'
        ? { kind, ...common, hosts: addresses, ...client }
        : {
            kind,
            ...common,
            hosts: addresses,
            port: Number(form.port),
            pollIntervalSeconds: Number(form.pollInterval),
            ...client,
          };
    }
    case 'kubernetes':
      return {
        kind,
        ...common,
        kubeconfig: form.byAddress ? null : orNull(form.kubeconfig),
        context: form.byAddress ? null : orNull(form.context),
        server: form.byAddress ? orNull(form.server) : null,
        caFile: form.byAddress ? tlsFiles.caFile : null,
        namespace: form.kubeNamespace.trim(),
        labels: readLabels(form.labels) ?? {},
        scopeLabel: form.scopeLabel.trim(),
        ...labelValues(before),
        useEndpoints: form.useEndpoints,
      };
    case 'rest':
    case 'raft':
      return { kind, ...common, members: addresses };
    default:
      return assertNever(kind);
  }
}

function bastionOf({ bastionHost, bastionPort, bastionUser, bastionKeyFile }: FormState): BastionSettings | null {
  if (bastionHost.trim() === '') return null;
  return {
    host: bastionHost.trim(),
    port: Number(bastionPort),
    user: bastionUser.trim(),
    keyFile: orNull(bastionKeyFile),
  };
}

/** Nothing where it is as usual: what is usual may be another thing one day. */
function recordingOf({ recorded, recordedDays, recordedMegabytes }: FormState): {
  readonly recording?: RecordingSettings;
} {
  const recording = { on: recorded, mostDays: Number(recordedDays), mostMegabytes: Number(recordedMegabytes) };
  return sameData(recording, usualRecording) ? {} : { recording };
}

/** What Patroni labels pods with, which only a member of the cluster writes: as an import found it. */
function labelValues(before: ConnectionSettings | null) {
  if (before?.kind === 'kubernetes') {
    const { roleLabel, leaderLabelValue, followerLabelValue, standbyLeaderLabelValue, tmpRoleLabel } = before;
    return { roleLabel, leaderLabelValue, followerLabelValue, standbyLeaderLabelValue, tmpRoleLabel };
  }
  return {
    roleLabel: 'role',
    leaderLabelValue: 'primary',
    followerLabelValue: 'replica',
    standbyLeaderLabelValue: 'primary',
    tmpRoleLabel: null,
  };
}

/** What the fields of a form say that are not as in an empty one. */
export function fieldsOf(settings: ConnectionSettings): Partial<FormState> {
  const { kind, name, writable, production, bastion, restApi, recording = usualRecording } = settings;
  const common = {
    kind,
    name,
    writable,
    production,
    recorded: recording.on,
    recordedDays: String(recording.mostDays),
    recordedMegabytes: String(recording.mostMegabytes),
    restUsername: restApi.username ?? '',
    restCaFile: restApi.caFile ?? '',
    restCertFile: restApi.certFile ?? '',
    restKeyFile: restApi.keyFile ?? '',
    restVerify: restApi.verify,
    ...(bastion === null
      ? {}
      : {
          bastionHost: bastion.host,
          bastionPort: String(bastion.port),
          bastionUser: bastion.user,
          bastionKeyFile: bastion.keyFile ?? '',
        }),
  };
  switch (settings.kind) {
    case 'etcd3':
    case 'etcd':
      return {
        ...common,
        ...keyed(settings),
        addresses: settings.endpoints.join('\n'),
        username: settings.username ?? '',
      };
    case 'consul': {
      const { endpoints, dc, consistency, verify } = settings;
      return { ...common, ...keyed(settings), addresses: endpoints.join('\n'), dc: dc ?? '', consistency, verify };
    }
    case 'zookeeper':
    case 'exhibitor': {
      const { hosts, useSsl, verify, authScheme } = settings;
      return {
        ...common,
        ...keyed(settings),
        addresses: hosts.join('\n'),
        useSsl,
        verify,
        authScheme: authScheme ?? '',
        ...(settings.kind === 'exhibitor'
          ? { port: String(settings.port), pollInterval: String(settings.pollIntervalSeconds) }
          : {}),
      };
    }
    case 'kubernetes': {
      const { kubeconfig, context, server, caFile, namespace, labels, scopeLabel, useEndpoints } = settings;
      return {
        ...common,
        byAddress: server !== null,
        kubeconfig: kubeconfig ?? '',
        context: context ?? '',
        server: server ?? '',
        caFile: caFile ?? '',
        kubeNamespace: namespace,
        labels: labelsText(labels),
        scopeLabel,
        useEndpoints,
      };
    }
    case 'rest':
    case 'raft':
      return { ...common, addresses: settings.members.join('\n') };
    default:
      return assertNever(settings);
  }
}

interface Keyed {
  readonly namespace: string;
  readonly caFile: string | null;
  readonly certFile: string | null;
  readonly keyFile: string | null;
}

function keyed({ namespace, caFile, certFile, keyFile }: Keyed) {
  return { namespace, caFile: caFile ?? '', certFile: certFile ?? '', keyFile: keyFile ?? '' };
}
