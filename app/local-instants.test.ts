import { describe, expect, it } from 'vitest';
import { localInstants } from './local-instants';

/** What is shown, as an instant again: the local time of the zone in which the test runs. */
const instantIn = (text: string): number => {
  const [, day = '', clock = ''] = /for (\S+) (\S+) \S+$/.exec(text) ?? [];
  return new Date(`${day}T${clock}`).getTime();
};

describe('instants in a sentence', () => {
  it.each(['2026-11-23T10:00:00.000Z', '2026-11-23T10:00:00+00:00', '2026-11-23T12:00+02:00'])(
    '%s is shown in local time with its zone',
    (iso) => {
      const shown = localInstants(`A switchover is scheduled for ${iso}`);
      expect(shown).not.toContain('T10:');
      expect(instantIn(shown)).toBe(Date.parse('2026-11-23T10:00:00Z'));
    },
  );

  it.each(['pg1 is gone', 'a-2026-11-23', 'at 2026-99-99T10:00:00Z'])('%s stays as it is', (text) => {
    expect(localInstants(text)).toBe(text);
  });
});
