import { StrictMode } from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { firstPicture, startFeed } from './stores/feed';
import { followTime } from './stores/time';
import { followTheme } from './theme/follow-theme';
import { App } from './shell/app';

/** How long the first render is put off for the first cluster to be in it, ms. What comes later comes into a window that is there. */
const patience = 200;

// The flow of data starts before React does: one render of a cluster is quicker than a render of nothing and one of a cluster.
followTheme();
startFeed();
followTime();

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
// A font that is not there at the first layout costs a second one, in which everything moves.
const fonts = ['13px "Inter Variable"', '12px "JetBrains Mono Variable"'].map((font) => document.fonts.load(font));
void Promise.all([firstPicture(patience), inTime(Promise.allSettled(fonts))]).then(() => {
  flushSync(() => {
    createRoot(root).render(
      <StrictMode>
        <App />
      </StrictMode>,
    );
  });
});

/** Waits for something, but not for ever. */
async function inTime(what: Promise<unknown>): Promise<void> {
  await Promise.race([what, new Promise((resolve) => setTimeout(resolve, patience))]);
}
