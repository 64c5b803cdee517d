import fc from 'fast-check';
import type { Json } from '../app/json';

/** Names that meet again and again, so that the keys of a made-up cluster speak of each other. */
export const names = {
  members: [
    'pg1',
    'pg2',
    'pg3',
    'pg-1',
    'pg.1',
    'PG1',
    'pg_1',
    'ü',
    'a b',
    'pg1,pg2',
    '__proto__',
    'constructor',
    '٣',
    '😀',
    'İΣ',
    'x'.repeat(70),
    `${'x'.repeat(70)}y`,
  ],
  slotNames: [
    'pg1',
    'pg2',
    'pg3',
    'pg_1',
    'pg9',
    'perm',
    'logical',
    'Bad-Name',
    'u0252',
    '__proto__',
    'nl\n',
    '',
    'x'.repeat(63),
    'x'.repeat(64),
  ],
} as const;

/**
 * Without the letters that came after Unicode 14, which Debian's Python knows: which of them have a lower case is a
 * question of the Python that runs Patroni.
 */
function known(text: string): string {
  return text.replace(
    /[\u1c89\u1c8a\ua7cb-\ua7cf\ua7d2\ua7d4\ua7da-\ua7dc]|[\u{10d50}-\u{10d85}]|[\u{16ea0}-\u{16eb8}]/gu,
    'k',
  );
}

/** Mostly the first few, so that one member names another. */
export const memberName: fc.Arbitrary<string> = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom('pg1', 'pg2', 'pg3') },
  { weight: 3, arbitrary: fc.constantFrom(...names.members) },
  {
    weight: 1,
    arbitrary: fc
      .string({ unit: 'binary', minLength: 1, maxLength: 8 })
      .map((text) => known(text.replaceAll('/', '_'))),
  },
);

/** A WAL position: an ordinary one, a small one, or one that is no position; now and then as text. */
export const position: fc.Arbitrary<Json> = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 67_108_864, max: 67_109_999 }) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }) },
  { weight: 1, arbitrary: fc.constantFrom(0, -1, -4_294_967_297, '67108900', '0x4000000', ' 12 ', null) },
);

/** A value of the wrong type, or of the right one with a wrong content. */
export const oddJson: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json[]>(
    null,
    true,
    false,
    0,
    1,
    7,
    -1,
    1.5,
    0.5,
    2.5,
    '',
    ' ',
    'x',
    '0',
    '1',
    'on',
    'Off',
    'TRUE',
    'no',
    'pg1',
    '1e3',
    '.5',
    '5.',
    '010',
    '0x1F',
    '-0x10',
    '1_000',
    '12kB',
    '1GB',
    '30 min',
    '500ms',
    '٣',
    [],
    ['pg1'],
    {},
    { a: 1 },
  ),
  fc.string({ maxLength: 6 }),
);

/** Text for the functions that take any. */
export const oddText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...names.members),
  fc.string({ maxLength: 30 }),
  fc.string({ unit: 'binary', maxLength: 20 }).map(known),
  fc
    .tuple(
      fc.constantFrom('', ' ', '-', '+', '0', '0x', '1', '12', '007', '1.5', '.5', '2.5', '1e2', '1e'),
      fc.constantFrom('', ' ', 'B', 'kB', 'MB', 'us', 'ms', ' s', 'min', 'h', 'd', 'x'),
    )
    .map(([a, b]) => a + b),
  fc.nat({ max: 100_000 }).chain((n) => fc.constantFrom('us', 'ms', 's', 'min', 'h', 'd').map((unit) => `${n}${unit}`)),
  connectionUrl(),
);

/** A connection URL: as Patroni and Governor write it, and as nobody should. */
export function connectionUrl(): fc.Arbitrary<string> {
  const host = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom('10.0.0.1', 'pg1.example.com', '[::1]', 'PG1', 'localhost') },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '',
        '[fe80::1%eth0]',
        '[::ffff:1.2.3.4]',
        '[v1.x]',
        '[1.2.3.4]',
        '[::1',
        '::1]',
        'a[::1]',
        '[::1]x',
        'ａ',
        'x％y',
        'h%E1',
        '℀',
        '[1:2:3:4:5:6:7:8]',
        '[1::2::3]',
        '[:1:2:3:4:5:6:7]',
        '[12345::]',
      ),
    },
  );
  const port = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(':5432', ':5433', '') },
    { weight: 1, arbitrary: fc.constantFrom(':', ':0', ':99999', ':x', ':٣', ':05432', ':-1', ':5432:1') },
  );
  const user = fc.constantFrom('', '', 'u@', 'u:p@', 'u:p@x@', ':@');
  const path = fc.constantFrom('/postgres', '', '/', '/a/b;c', ';x', '/db%20x', '/postgres ');
  const query = fc.constantFrom(
    '',
    '?application_name=http://10.0.0.1:8008/patroni',
    '?',
    '?application_name=',
    '?x=1&application_name=a%20b+c',
    '?application_name=%ff%e2%82x',
    '?application_name=%e2%82%ac&application_name=2',
    '?a&application_name=%F0%9F%98%80%ed%a0%80',
    '?application%5Fname=1;2=3',
  );
  const fragment = fc.constantFrom('', '', '', '#f', '#', '#a?b');
  const scheme = fc.constantFrom(
    'postgres://',
    'postgres://',
    'postgresql://',
    'postgres:',
    'postgres',
    'postgresX+1://',
    'postgres_://',
    'postgres\t://',
  );
  return fc.tuple(scheme, user, host, port, path, query, fragment).map((parts) => parts.join(''));
}

/** Mostly the first, seldom the second. */
export function rarely<A, B>(usual: fc.Arbitrary<A>, odd: fc.Arbitrary<B>): fc.Arbitrary<A | B> {
  return fc.oneof({ weight: 19, arbitrary: usual }, { weight: 1, arbitrary: odd });
}

/** A value as JSON; seldom something else: one of `others`, broken JSON, or a value of another type. */
export function jsonText(value: fc.Arbitrary<unknown>, others: readonly string[] = []): fc.Arbitrary<string> {
  const text = value.map((it) => JSON.stringify(it));
  return fc.oneof(
    { weight: 40, arbitrary: text },
    { weight: 2, arbitrary: fc.constantFrom('{', '[]', 'null', '"text"', '5', ...others) },
    { weight: 1, arbitrary: text.map((it) => it.slice(0, -1)) },
    { weight: 1, arbitrary: text.map((it) => ` ${it}\n`) },
    { weight: 1, arbitrary: oddJson.map((it) => JSON.stringify(it)) },
  );
}
