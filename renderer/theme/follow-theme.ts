import { sessionStore } from '../stores/session';

/** Keeps `data-theme` of the page as the settings, or the system while they say so, want it. The answer ends it. */
export function followTheme(): () => void {
  const system = window.matchMedia('(prefers-color-scheme: light)');
  const apply = () => {
    const { theme } = sessionStore.getState().settings;
    const wanted = theme === 'system' ? (system.matches ? 'light' : 'dark') : theme;
    if (document.documentElement.dataset.theme !== wanted) document.documentElement.dataset.theme = wanted;
  };
  apply();
  system.addEventListener('change', apply);
  const stop = sessionStore.subscribe(apply);
  return () => {
    system.removeEventListener('change', apply);
    stop();
  };
}
