import { lazy, Suspense } from 'react';
import { useUi } from '../stores/hooks';
import { closeOverlay } from '../stores/ui';

// What lies over the window is fetched when it is first wanted: none of it is needed at the start.

const Palette = lazy(async () => ({ default: (await import('../palette/palette')).Palette }));
const SettingsDialog = lazy(async () => ({
  default: (await import('../views/settings/settings-dialog')).SettingsDialog,
}));
const ConnectionDialog = lazy(async () => ({
  default: (await import('../views/connections/connection-dialog')).ConnectionDialog,
}));
const ImportDialog = lazy(async () => ({ default: (await import('../views/connections/import-dialog')).ImportDialog }));
const ShortcutsDialog = lazy(async () => ({
  default: (await import('../views/shortcuts/shortcuts-dialog')).ShortcutsDialog,
}));

export function Overlays(): React.ReactNode {
  const overlay = useUi((s) => s.overlay);
  const content = () => {
    switch (overlay.kind) {
      case 'none':
        return null;
      case 'palette':
        return <Palette onClose={closeOverlay} />;
      case 'settings':
        return <SettingsDialog onClose={closeOverlay} />;
      case 'connection':
        return <ConnectionDialog key={overlay.id} id={overlay.id} onClose={closeOverlay} />;
      case 'import':
        return <ImportDialog onClose={closeOverlay} />;
      case 'shortcuts':
        return <ShortcutsDialog onClose={closeOverlay} />;
    }
  };
  return <Suspense fallback={null}>{content()}</Suspense>;
}
