import { z } from 'zod';
import { common, filePath, shortText } from './fields';

/** A connection to the API server of Kubernetes. The password is a bearer token, in place of what the kubeconfig says. */
export const kubernetesSettingsSchema = z.object({
  kind: z.literal('kubernetes'),
  ...common,
  /** Path of a kubeconfig; null for `KUBECONFIG`, or else `~/.kube/config`. */
  kubeconfig: filePath,
  /** Null for the kubeconfig's `current-context`. */
  context: shortText.nullable().default(null),
  /** `https://host:port` of the API server: then no kubeconfig is read, and the password is the bearer token. */
  server: z
    .string()
    .regex(/^https?:\/\/[^\s?#@]+$/i)
    .max(1024)
    .nullable()
    .default(null),
  /** The API server's CA where `server` is given. */
  caFile: filePath,
  /** The namespace of Kubernetes in which the clusters are. */
  namespace: z
    .string()
    .regex(/^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/)
    .default('default'),
  /** What all objects of Patroni are labelled with; with none, all that carry the scope's label. */
  labels: z.record(shortText, shortText).default({}),
  /** The label that names the scope. */
  scopeLabel: shortText.min(1).default('cluster-name'),
  roleLabel: shortText.min(1).default('role'),
  leaderLabelValue: shortText.default('primary'),
  followerLabelValue: shortText.default('replica'),
  standbyLeaderLabelValue: shortText.default('primary'),
  tmpRoleLabel: shortText.nullable().default(null),
  /** Whether Patroni keeps its state in Endpoints; in ConfigMaps otherwise. */
  useEndpoints: z.boolean().default(false),
});
export type KubernetesSettings = z.infer<typeof kubernetesSettingsSchema>;
