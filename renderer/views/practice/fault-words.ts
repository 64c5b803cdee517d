import type { MemberFault } from '../../../app/practice/faults';

/** A fault in words: what it is called, what the button does, and what comes of it. */
export interface FaultWords {
  readonly label: string;
  readonly begin: string;
  readonly end: string;
  readonly hint: string;
}

export const faultWords: Readonly<Record<MemberFault, FaultWords>> = {
  killed: {
    label: 'killed',
    begin: 'Kill',
    end: 'Start',
    hint: 'Its machine goes down at once, as with kill -9: nobody says goodbye, and its session runs out.',
  },
  frozen: {
    label: 'frozen',
    begin: 'Freeze',
    end: 'Thaw',
    hint: 'Its machine stands still, as when a virtual machine is suspended: it answers nothing and knows of nothing.',
  },
  'cut-from-store': {
    label: 'cut off from the store',
    begin: 'Cut from store',
    end: 'Join to store',
    hint: 'It reaches the other members and not the store: a leader gives up after retry_timeout, unless failsafe_mode lets it go on.',
  },
  'cut-from-peers': {
    label: 'cut off from the members',
    begin: 'Cut from members',
    end: 'Join to members',
    hint: 'It reaches the store and no other member: it streams from nobody, and its REST API answers nobody.',
  },
  'slow-disk': {
    label: 'slow disk',
    begin: 'Slow disk',
    end: 'Good disk',
    hint: 'Its disk takes 8 kB/s: a replica falls behind, a primary writes little, starting and stopping take four times as long.',
  },
  lag: {
    label: 'lag',
    begin: 'Lag',
    end: 'Catch up',
    hint: 'The primary writes 5 MB at once, and this replica stays so far behind: more than maximum_lag_on_failover allows by default.',
  },
};
