import { describe, expect, it } from 'vitest';
import { isTrustedSender } from './sender';

const origin = 'app://herdscope';
const ours = (id: number): boolean => id === 1;

function sender(id: number, frameUrl: string, pageUrl = frameUrl) {
  const mainFrame = { url: frameUrl };
  return { sender: { id, mainFrame, getURL: () => pageUrl }, senderFrame: mainFrame };
}

describe('who sends a request', () => {
  it('is our window’s main frame with our page', () => {
    expect(isTrustedSender(sender(1, 'app://herdscope/index.html'), ours, origin)).toBe(true);
  });

  it('is our window also where a debugger hides the frame’s address', () => {
    expect(isTrustedSender(sender(1, '', 'app://herdscope/index.html'), ours, origin)).toBe(true);
    expect(isTrustedSender(sender(1, '', 'https://example.com/'), ours, origin)).toBe(false);
  });

  it.each([
    ['another window', sender(2, 'app://herdscope/index.html')],
    ['another page', sender(1, 'https://example.com/')],
    ['another host of our scheme', sender(1, 'app://other/index.html')],
    ['a page that only looks like ours', sender(1, 'https://herdscope/index.html')],
    ['a page with credentials', sender(1, 'app://user@herdscope/index.html')],
    ['a file', sender(1, 'file:///app://herdscope/index.html')],
    [
      'an inner frame',
      { ...sender(1, 'app://herdscope/index.html'), senderFrame: { url: 'app://herdscope/index.html' } },
    ],
    ['a frame that is gone', { ...sender(1, 'app://herdscope/index.html'), senderFrame: null }],
  ])('is not trusted when it is %s', (_who, event) => {
    expect(isTrustedSender(event, ours, origin)).toBe(false);
  });
});
