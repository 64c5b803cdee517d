/** Labels of Kubernetes as a person types them, e.g. `application=patroni, env=prod`; null when they cannot be read so. */
export function readLabels(text: string): Record<string, string> | null {
  const labels = new Map<string, string>();
  for (const part of text.split(/[,\n]/)) {
    if (part.trim() === '') continue;
    const [, name, value] = /^([^=\s]+)\s*=\s*([^=\s]*)$/.exec(part.trim()) ?? [];
    if (name === undefined || value === undefined || name === '__proto__') return null;
    labels.set(name, value);
  }
  return Object.fromEntries(labels);
}

export function labelsText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');
}
