// The face of the slot logic: what slots Patroni keeps on each server, and why.
export type { Rules } from '../cluster/rules';
export { rulesOf } from '../cluster/rules-of';
export type { PointOfView, Role } from './point-of-view';
export {
  filterPermanentSlots,
  getReplicationSlots,
  hasPermanentSlots,
  maybeFilterPermanentSlots,
  type ReplicationSlots,
  shouldEnforceHotStandbyFeedback,
} from './replication-slots';
export { isLogicalSlot, isPhysicalSlot, type Slot, type SlotProblem, type SlotPurpose } from './slot';
export { isSlotNameCut, MAX_SLOT_NAME_LENGTH, slotNameFromMemberName } from './slot-name';
export { getSlotNameOnPrimary } from './upstream';
