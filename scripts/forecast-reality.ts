import { runForecastReality } from '../parity/forecast/run';

process.exitCode = await runForecastReality(process.argv.slice(2));
