import type { Clock } from '../../../app/clock';
import { DcsError } from '../../../app/dcs/dcs-error';
import type { DcsOptions } from '../../../app/dcs/dcs-options';
import { KeyValueDcs } from '../../../app/dcs/key-value-dcs';
import { pythonJson } from '../../../app/dcs/python-json';
import type { WritableStore } from '../../../app/dcs/store';
import type { JsonObject } from '../../../app/json';
import { sameData } from '../../../app/same-data';

/**
 * Patroni's contract on Kubernetes (`patroni/dcs/kubernetes.py: Kubernetes`). Whoever joins needs a pod of its own name. Neither the
 * addresses of the leader's Endpoints nor the role label of a pod are written: those belong to a PostgreSQL that runs in the pod.
 */
export class KubernetesDcs extends KeyValueDcs {
  constructor(
    private readonly pods: WritableStore,
    /** `namespace` is the namespace of Kubernetes. */
    options: DcsOptions & { readonly namespace: string },
    clock: Clock,
  ) {
    super(pods, options, clock);
  }

  /** The pod is the member: its annotation stays until the pod goes, so that one that says the same is not written again. */
  override async touchMember(data: JsonObject): Promise<boolean> {
    const member = this.cluster?.members.find(({ name }) => name === this.name);
    if (member !== undefined) {
      const { pod_labels: _, ...told } = member.data;
      if (sameData(told, data)) return true;
    }
    const written = await this.pods.set(this.memberPath, pythonJson(data), 'any', null);
    return DcsError.unlessAnswered('touchMember', written);
  }
}
