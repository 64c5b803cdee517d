// npm run backfill-proof [-- MINUTES]: a real herd that lived before Herdscope connected (10 minutes when not said), and what of it is there then.
import { backfillProof } from '../lab/recording/backfill-proof';
import { ensureInstalled } from './debian';
import { say } from './prepare';

const minutes = Number(process.argv[2] ?? 10);
if (!Number.isFinite(minutes) || minutes <= 0) {
  say('MINUTES is a number');
  process.exit(2);
}
const installed = await ensureInstalled(['etcd', 'herd'], say);
if (!installed.ok) {
  say(installed.error.message);
  process.exit(1);
}
process.exitCode = (await backfillProof(minutes, say)) ? 0 : 1;
