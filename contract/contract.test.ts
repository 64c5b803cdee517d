import { afterAll, beforeAll, describe } from 'vitest';
import { dcsRules } from './dcs-rules';
import { sessionRules } from './session-rules';
import type { Running } from './subject';
import { subjects } from './subjects';
import { watchRules } from './watch-rules';
import { writeRules } from './write-rules';

describe.each(subjects)('$name', ({ start }) => {
  let running: Running;
  beforeAll(async () => {
    running = await start();
  });
  afterAll(() => running.stop());
  const get = (): Running => running;

  describe('writes', () => writeRules(get));
  describe('sessions', () => sessionRules(get));
  describe('watches', () => watchRules(get));
  describe('a cluster', () => dcsRules(get));
});
