import { describe, expect, it } from 'vitest';
import { patronictl } from './patronictl';

describe('a command of patronictl', () => {
  it('names the cluster, its group, and what else it is about', () => {
    expect(patronictl('resume', 'demo', null)).toBe('patronictl resume demo');
    expect(patronictl('restart', 'demo', 2, '--pending')).toBe('patronictl restart demo --group 2 --pending');
  });

  it('quotes what a shell would not take as one word', () => {
    expect(patronictl('list', 'my demo', null)).toBe("patronictl list 'my demo'");
    expect(patronictl('list', "a'b;rm -rf $HOME", null)).toBe("patronictl list 'a'\\''b;rm -rf $HOME'");
    expect(patronictl('list', '', null)).toBe("patronictl list ''");
  });
});
