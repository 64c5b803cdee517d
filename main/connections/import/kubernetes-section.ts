import { textOption, textsOption, truthyOption } from '../../../app/dcs/patroni-config';
import { ok } from '../../../app/result';
import type { SectionReader } from './found';

/**
 * `patroni/dcs/kubernetes.py: Kubernetes.__init__`. In a pod Patroni is known by its service account; from elsewhere a kubeconfig
 * says who asks, as for patronictl.
 */
export const kubernetesSection: SectionReader = (section, config, { note }) => {
  const context = textOption(section, 'context');
  note(
    context === null
      ? 'The API server is the current context of this machine’s kubeconfig: the file does not tell it.'
      : 'The context is looked up in this machine’s kubeconfig.',
  );
  const value = (name: string, usual: string): string => textOption(section, name) ?? usual;
  return ok({
    settings: {
      kubeconfig: null,
      context,
      server: null,
      caFile: null,
      namespace: textOption(config, 'namespace') ?? value('namespace', 'default'),
      labels: Object.fromEntries(textsOption(section, 'labels')),
      scopeLabel: value('scope_label', 'cluster-name'),
      roleLabel: value('role_label', 'role'),
      leaderLabelValue: value('leader_label_value', 'primary'),
      followerLabelValue: value('follower_label_value', 'replica'),
      standbyLeaderLabelValue: value('standby_leader_label_value', 'primary'),
      tmpRoleLabel: textOption(section, 'tmp_role_label'),
      useEndpoints: truthyOption(section, 'use_endpoints'),
    },
    secrets: {},
  });
};
