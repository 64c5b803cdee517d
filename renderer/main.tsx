import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { startFeed } from './stores/feed';
import { followTheme } from './theme/follow-theme';
import { App } from './shell/app';

// The flow of data starts before React does: main's answer and the first render run side by side.
followTheme();
startFeed();

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
