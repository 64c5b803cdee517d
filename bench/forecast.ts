import { bundled } from './bundled';
import { fleetOf } from './fleet-nodes';
import { type Bench, below, quantile } from './result';

const CLUSTERS = 1000;
const MEMBERS = 10;
const WARM_UPS = 3;
const ROUNDS = 15;

export const forecast: Bench = {
  name: 'forecast',
  what: `the forecast for ${CLUSTERS} clusters × ${MEMBERS} members, beside building them from their keys`,
  needsWindow: false,
  async run(progress) {
    const { buildFleet, forecaster } = await bundled('model-ours');
    const fleet = fleetOf(CLUSTERS, MEMBERS);
    const forecastAll = forecaster(fleet);
    const ours: number[] = [];
    const building: number[] = [];
    for (let i = -WARM_UPS; i < ROUNDS; i += 1) {
      const [model, seen] = [timed(() => buildFleet(fleet)()), timed(forecastAll)];
      if (seen.result !== CLUSTERS) throw new Error(`${seen.result} of ${CLUSTERS} clusters would have a leader`);
      if (i < 0) continue;
      building.push(model.ms);
      ours.push(seen.ms);
    }
    progress(`medians of ${ROUNDS} rounds`);
    return [below('forecast', 'ms', quantile(ours, 0.5), quantile(building, 0.5), 100)];
  },
};

function timed<T>(work: () => T): { readonly result: T; readonly ms: number } {
  const started = performance.now();
  const result = work();
  return { result, ms: performance.now() - started };
}
