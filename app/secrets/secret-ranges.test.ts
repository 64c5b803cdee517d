import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scanJson } from '../scan-json';
import { isSecretName, secretRanges } from './secret-ranges';

const secrets = (text: string): string[] => {
  const { tokens, fault } = scanJson(text);
  return secretRanges(text, tokens, fault === null).map(([start, end]) => text.slice(start, end));
};

describe('finding passwords in a value', () => {
  it('finds one in a member’s conn_url, and none where there is none', () => {
    expect(secrets('{"conn_url":"postgres://app:s3cret@10.0.0.1:5432/postgres"}')).toEqual(['s3cret']);
    expect(
      secrets('{"conn_url":"postgres://10.0.0.1:5432/postgres","api_url":"http://10.0.0.1:8008/patroni"}'),
    ).toEqual([]);
  });

  it('finds those of the configuration’s authentication, as text, as number and in lists', () => {
    const config = JSON.stringify({
      postgresql: { authentication: { superuser: { username: 'postgres', password: 'a' }, rewind: { password: 123 } } },
      restapi: { authentication: { passwords: ['b', 'c'] } },
    });
    expect(secrets(config)).toEqual(['a', '123', 'b', 'c']);
  });

  it('leaves parameters alone that only sound like one', () => {
    expect(secrets('{"password_encryption":"scram-sha-256","passfile":"/tmp/pgpass","password":null}')).toEqual([]);
    expect(isSecretName('ssl_passphrase_command')).toBe(true);
  });

  it('finds them in conninfo strings', () => {
    expect(secrets('{"primary_conninfo":"host=a user=b password=\'it is\' sslmode=prefer"}')).toEqual(['it is']);
    expect(secrets('{"c":"host=a password=x1 user=b"}')).toEqual(['x1']);
    expect(secrets('{"c":"postgres://h/db?password=x1&user=b"}')).toEqual(['x1']);
  });

  it('finds a password with characters that a URL should have encoded', () => {
    expect(secrets('{"u":"postgres://app:a/b?c@h:5432/db"}')).toEqual(['a/b?c']);
    expect(secrets('{"u":"postgres://app:a@b@h:5432/db"}')).toEqual(['a@b']);
    expect(secrets(String.raw`{"u":"postgres:\/\/app:abc@h"}`)).toEqual(['abc']);
  });

  it('sees through escapes in a name', () => {
    expect(secrets(String.raw`{"pass\u0077ord":"abc"}`)).toEqual(['abc']);
  });

  it('finds them in a value that was cut in the middle, even in the password itself', () => {
    expect(secrets('{"a":{"password":"abc"},"b":{"password":"de')).toEqual(['abc', 'de']);
  });

  it('finds them in a value that is no JSON', () => {
    expect(secrets('password: abc\nurl: http://u:def@h\n')).toEqual(['abc', 'def']);
    expect(secrets('{oops "password": "abc def", "x": 1')).toEqual(['abc def']);
  });

  it.each(['x', '://u:', '://u:p@', 'password=a ', "password='", 'password', '\\\\', ':// ', '"'])(
    'comes to an end with 1 MB of %j',
    (piece) => {
      const text = piece.repeat(Math.ceil(1_000_000 / piece.length));
      expect(secretRanges(text, [], false)).toBeDefined();
    },
  );

  it('finds each of very many', () => {
    const text = JSON.stringify({ passwords: Array.from({ length: 200_000 }, () => 'p') });
    expect(secretRanges(text, scanJson(text).tokens, true)).toHaveLength(200_000);
  });

  it('gives ranges that rise and lie apart, for any text', () => {
    const piece = fc.constantFrom(
      '"password":',
      '"x"',
      '://u:',
      '@',
      'password=',
      "'",
      '{',
      '}',
      '"',
      '\\',
      'ü',
      ' ',
      'abc',
      ':',
      ',',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const text = pieces.join('');
        const { tokens, fault } = scanJson(text);
        let last = 0;
        for (const [start, end] of secretRanges(text, tokens, fault === null)) {
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(text.length);
          last = end;
        }
      }),
      { numRuns: 1000 },
    );
  });
});
