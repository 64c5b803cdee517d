import type { X509Acl } from './options';
import { type Acl, OPEN_ACL, Permission } from './protocol';

const BITS: Readonly<Record<string, number>> = { ...Permission };

/** The ACL of a new znode: of `set_acls` each principal with what it may (`patroni/dcs/zookeeper.py: ZooKeeper.__init__`). */
export function aclOf(acls: readonly X509Acl[] | null): readonly Acl[] {
  if (acls === null) return OPEN_ACL;
  return acls.map(({ principal, permissions }) => ({
    permissions: permissions.reduce((bits, name) => bits | (BITS[name.toLowerCase()] ?? 0), 0),
    scheme: 'x509',
    id: principal,
  }));
}
