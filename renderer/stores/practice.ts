import { createStore } from 'zustand/vanilla';
import type { FaultChange, PracticeFaults } from '../../app/ipc/practice';
import { request } from '../bridge';
import { openCluster, toast } from './ui';

/** What is the matter with the practice cluster that was looked at last; null before the first answer. */
export const practiceStore = createStore<{ readonly faults: PracticeFaults | null }>(() => ({ faults: null }));

/** Asks main what is the matter with a cluster of the practice herd. */
export async function refreshFaults(clusterId: string): Promise<void> {
  const answer = await request('practice.faults', { clusterId });
  // A cluster that has just gone has no faults to show, and nobody asked to be told.
  if (answer.ok) practiceStore.setState({ faults: answer.value });
}

/** Makes something go wrong in the practice herd, or well again. */
export async function inject(clusterId: string, change: FaultChange): Promise<void> {
  const answer = await request('practice.inject', { clusterId, change });
  if (answer.ok) practiceStore.setState({ faults: answer.value });
  else toast(answer.error.message, 'critical');
}

/** Clones a cluster into the practice herd, and shows the clone. */
export async function rehearse(clusterId: string): Promise<void> {
  const answer = await request('practice.rehearse', { clusterId });
  if (!answer.ok) {
    toast(answer.error.message, 'critical');
    return;
  }
  openCluster(answer.value.clusterId);
  toast('A clone in the practice herd. Whatever you do here does not reach the real cluster.');
}
