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

const OpenDialog = lazy(async () => ({ default: (await import('../views/snapshots/open-dialog')).OpenDialog }));
const CompareDialog = lazy(async () => ({ default: (await import('../views/compare/compare-dialog')).CompareDialog }));
const ExportDialog = lazy(async () => ({ default: (await import('../views/snapshots/export-dialog')).ExportDialog }));
const ReportDialog = lazy(async () => ({ default: (await import('../views/report/report-dialog')).ReportDialog }));
const FailoverDialog = lazy(async () => ({
  default: (await import('../time-bar/failover-dialog')).FailoverDialog,
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
      case 'open-snapshot':
        return <OpenDialog onClose={closeOverlay} />;
      case 'compare':
        return <CompareDialog clusterId={overlay.clusterId} onClose={closeOverlay} />;
      case 'export-snapshot':
        return <ExportDialog clusterId={overlay.clusterId} onClose={closeOverlay} />;
      case 'report':
        return <ReportDialog clusterId={overlay.clusterId} onClose={closeOverlay} />;
      case 'failover':
        return <FailoverDialog failover={overlay.failover} onClose={closeOverlay} />;
      case 'shortcuts':
        return <ShortcutsDialog onClose={closeOverlay} />;
    }
  };
  return <Suspense fallback={null}>{content()}</Suspense>;
}
