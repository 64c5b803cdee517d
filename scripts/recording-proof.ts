// npm run recording-proof: a real herd recorded through six failures, the recorder killed and its disk full, beside what etcd itself kept.
import { recordingProof } from '../lab/recording/proof';
import { ensureInstalled } from './debian';
import { say } from './prepare';

const installed = await ensureInstalled(['etcd', 'herd'], say);
if (!installed.ok) {
  say(installed.error.message);
  process.exit(1);
}
process.exitCode = (await recordingProof(say)) ? 0 : 1;
