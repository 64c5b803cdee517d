import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { fingerprint, KnownHosts, knownHostsLine } from './known-hosts';

/** A key of SSH's form: its type and whatever. */
function key(type: string, content: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(type.length);
  return Buffer.concat([length, Buffer.from(type), Buffer.from(content)]);
}

const ours = key('ssh-ed25519', 'ours');
const other = key('ssh-ed25519', 'other');
const rsa = key('ssh-rsa', 'ours too');

function knowing(...lines: readonly string[]): KnownHosts {
  const known = new KnownHosts();
  known.add(lines.join('\n'), 'known_hosts');
  return known;
}
const line = (hosts: string, of: Buffer, marker = ''): string =>
  `${marker}${hosts} ${of.toString('latin1', 4, 4 + of.readUInt32BE(0))} ${of.toString('base64')} a comment`;

describe('the keys of SSH hosts', () => {
  it('are known by name, address and pattern, and on another port than 22 by that port', () => {
    const known = knowing('# a comment', '', 'no line', line('bastion,10.0.0.1,*.lab,!db.lab', ours));
    for (const host of ['bastion', 'BASTION', '10.0.0.1', 'a.lab']) {
      expect(known.judge(host, 22, ours)).toEqual({ kind: 'known' });
    }
    for (const host of ['db.lab', 'xlab', 'bastion2']) expect(known.judge(host, 22, ours).kind).toBe('unknown');
    expect(known.judge('bastion', 2222, ours).kind).toBe('unknown');
    expect(knowing(line('[bastion]:2222', ours)).judge('bastion', 2222, ours).kind).toBe('known');
  });

  it('are known where the names are hashed', () => {
    const salt = Buffer.alloc(20, 7);
    const hash = createHmac('sha1', salt).update('[bastion]:2222').digest('base64');
    const known = knowing(line(`|1|${salt.toString('base64')}|${hash}`, ours), line('|2|x|y', other));
    expect(known.judge('bastion', 2222, ours).kind).toBe('known');
    expect(known.judge('bastion', 22, ours).kind).toBe('unknown');
  });

  it('are changed when another is known, of whatever type', () => {
    const known = knowing(line('bastion', ours));
    expect(known.judge('bastion', 22, other)).toEqual({ kind: 'changed', where: 'known_hosts:1' });
    expect(known.judge('bastion', 22, rsa).kind).toBe('changed');
    expect(known.typesOf('bastion', 22)).toEqual(['ssh-ed25519']);
    expect(knowing(line('bastion', ours), line('bastion', rsa)).judge('bastion', 22, rsa).kind).toBe('known');
  });

  it('are good nowhere once they were revoked', () => {
    const known = knowing(line('bastion', ours), line('*', ours, '@revoked '));
    expect(known.judge('bastion', 22, ours)).toEqual({ kind: 'revoked', where: 'known_hosts:2' });
    // What a certificate authority signs is not asked for.
    expect(knowing(line('bastion', ours, '@cert-authority ')).judge('bastion', 22, ours).kind).toBe('unknown');
  });

  it('are known once their line is written', () => {
    expect(knowing(knownHostsLine('Bastion', 2222, ours)).judge('bastion', 2222, ours).kind).toBe('known');
    expect(fingerprint(ours)).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
  });
});
