import { ToastLayer } from '../components/toast';
import { TooltipLayer } from '../components/tooltip';

export function App(): React.ReactNode {
  return (
    <>
      <ToastLayer />
      <TooltipLayer />
    </>
  );
}
