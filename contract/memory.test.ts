import { expect, it } from 'vitest';
import { exceptions, KUBERNETES } from './exceptions';
import { memory, subjects } from './subjects';
import { tryRules } from './try-rules';

tryRules(memory);

it('every exception is for a store that there is', () => {
  expect(exceptions.filter(({ store }) => ![KUBERNETES, ...subjects.map(({ name }) => name)].includes(store))).toEqual(
    [],
  );
});
