/** PostgreSQL's names are cut here (NAMEDATALEN - 1). */
export const MAX_SLOT_NAME_LENGTH = 63;

const PLAIN = /^[a-z0-9_]*$/;

/**
 * A slot's name as a literal of SQL; null for one that PostgreSQL takes for none, as a store may hold any text. In a name that
 * it takes there is nothing to escape (`src/backend/replication/slot.c: ReplicationSlotValidateName`).
 */
export function slotNameLiteral(name: string): string | null {
  return name !== '' && name.length <= MAX_SLOT_NAME_LENGTH && PLAIN.test(name) ? `'${name}'` : null;
}

/**
 * The replication slot that Patroni makes for a member: lower case, `-` and `.` become `_`, other characters `u` and
 * their code point with at least four digits, cut to 63. Several members may get the same one.
 * `patroni/dcs: slot_name_from_member_name`.
 */
export function slotNameFromMemberName(name: string): string {
  return fullSlotName(name).slice(0, MAX_SLOT_NAME_LENGTH);
}

/** Whether the name is so long that its slot's name is cut: another member may then get the same slot. */
export function isSlotNameCut(name: string): boolean {
  return fullSlotName(name).length > MAX_SLOT_NAME_LENGTH;
}

function fullSlotName(name: string): string {
  // Most names are slot names already.
  if (PLAIN.test(name)) return name;
  return name
    .toLowerCase()
    .replace(/[^a-z0-9_]/gu, (char) => (/[-.]/.test(char) ? '_' : `u${String(char.codePointAt(0)).padStart(4, '0')}`));
}
