// What the person chose in the palette since the program started; nothing of it is kept.

const MOST = 8;

let recent: readonly string[] = [];

/** Ids of the entries that were used last, newest first. */
export const recentIds = (): readonly string[] => recent;

export function remember(id: string): void {
  recent = [id, ...recent.filter((each) => each !== id)].slice(0, MOST);
}
