/** What a group of an MPP cluster is called. */
export const groupWords = (group: number): string =>
  group === 0 ? 'Coordinator · group 0' : `Workers · group ${group}`;
