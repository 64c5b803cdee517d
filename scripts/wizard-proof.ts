// npm run wizard-proof [-- --store STORE --patroni VERSION --only WORDS --no-table]: the wizard on real herds, driven through the real window.
import { runWizardProof } from '../parity/wizard/run';

process.exitCode = await runWizardProof(process.argv.slice(2));
// Xvfb's pipes would keep this process; its end ends Xvfb.
process.exit();
