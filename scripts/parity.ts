import { runParity } from '../parity/run';

process.exitCode = await runParity(process.argv.slice(2));
