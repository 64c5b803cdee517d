import { describe, expect, it } from 'vitest';
import { readReport } from './member-report';
import { beginOutage, measured, type Outage, seeReport } from './outage';

const BASE = Date.parse('2026-01-01T00:00:00Z');

type Answer = 'writes' | 'stopping' | 'replica' | 'silent';

/** One answer of a member: asked at, heard at. */
type Heard = readonly [member: string, askedAt: number, at: number, answer: Answer];

const body = { writes: ['running', 'primary'], stopping: ['stopping', 'primary'], replica: ['running', 'replica'] };

function hear(outage: Outage, [member, askedAt, at, answer]: Heard): Outage {
  const [state, role] = answer === 'silent' ? ['', ''] : body[answer];
  const report =
    answer === 'silent'
      ? readReport(member, '', {
          kind: 'unreachable',
          sent: 'perhaps',
          failure: { kind: 'timeout', message: 'no answer in time', endpoint: '', advice: '', detail: '' },
        })
      : readReport(member, '', {
          kind: 'answered',
          status: 200,
          elapsedMs: at - askedAt,
          body: JSON.stringify({ state, role }),
        });
  return seeReport(outage, report, BASE + askedAt, BASE + at);
}

const after = (...heard: readonly Heard[]): Outage => heard.reduce(hear, beginOutage('pg1'));

describe('the write outage', () => {
  it('lies in the middle of what the answers leave open, and says how much that is', () => {
    const outage = measured(
      after(
        ['pg1', 0, 20, 'writes'],
        ['pg1', 40, 60, 'stopping'],
        ['pg2', 1000, 1020, 'replica'],
        ['pg2', 1040, 1060, 'writes'],
      ),
    );
    // Stopped between 0 and 60, resumed between 1000 and 1060.
    expect(outage).toMatchObject({ ms: 1000, withinMs: 60, stoppedAt: '2026-01-01T00:00:00.030Z' });
  });

  it('may have begun while the last good answer was still on its way', () => {
    const quick = after(['pg1', 0, 10, 'writes'], ['pg1', 500, 510, 'stopping'], ['pg2', 990, 1000, 'writes']);
    const slow = after(['pg1', 0, 400, 'writes'], ['pg1', 500, 510, 'stopping'], ['pg2', 990, 1000, 'writes']);
    expect(measured(slow)).toEqual(measured(quick));
  });

  it('is as long as the truth in its stated bounds, however slow the answers are', () => {
    // Each answer tells how it was at some instant between asking and hearing; the truth is 1000 … 3000.
    for (const told of [0, 0.5, 1])
      for (const slow of [10, 150, 700]) {
        let outage = beginOutage('pg1');
        for (let asked = 0; asked < 5000; asked += Math.max(40, slow)) {
          const sampled = asked + told * slow;
          outage = hear(outage, ['pg1', asked, asked + slow, sampled < 1000 ? 'writes' : 'stopping']);
          outage = hear(outage, ['pg2', asked, asked + slow, sampled < 3000 ? 'replica' : 'writes']);
        }
        const { ms, withinMs } = measured(outage) ?? { ms: NaN, withinMs: NaN };
        expect(Math.abs(ms - 2000)).toBeLessThanOrEqual(withinMs);
      }
  });

  it('is not known while it lasts, nor where its beginning was not seen', () => {
    expect(measured(after(['pg1', 0, 10, 'writes'], ['pg1', 40, 50, 'silent']))).toBeNull();
    expect(measured(after(['pg1', 40, 50, 'silent'], ['pg2', 90, 100, 'writes']))).toBeNull();
  });

  it('has not begun where the former leader takes writes again before anyone else does', () => {
    const back = after(['pg1', 0, 10, 'writes'], ['pg1', 40, 50, 'silent'], ['pg1', 80, 90, 'writes']);
    expect(back).toMatchObject({ firstBad: null, formerIsBack: true });
  });

  it('tells a leader that says that it stops from one that says nothing', () => {
    expect(after(['pg1', 0, 10, 'writes'], ['pg1', 40, 50, 'silent']).wasSilent).toBe(true);
    expect(after(['pg1', 0, 10, 'writes'], ['pg1', 40, 50, 'stopping']).wasSilent).toBe(false);
  });
});
