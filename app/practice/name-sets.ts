// What Node 18's Set cannot do with other sets yet. None of these change what they are given.

export type Names = ReadonlySet<string>;

export function union(a: Names, b: Names): Names {
  return new Set([...a, ...b]);
}

export function common(a: Names, b: Names): Names {
  return new Set([...a].filter((name) => b.has(name)));
}

export function without(a: Names, b: Names): Names {
  return new Set([...a].filter((name) => !b.has(name)));
}

/** Whether all of `a` are in `b`. */
export function isWithin(a: Names, b: Names): boolean {
  return [...a].every((name) => b.has(name));
}

export function isSame(a: Names, b: Names): boolean {
  return a.size === b.size && isWithin(a, b);
}
