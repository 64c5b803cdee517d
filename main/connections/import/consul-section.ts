import { flagOption, textOption } from '../../../app/dcs/patroni-config';
import { err, ok } from '../../../app/result';
import { defaultPorts } from '../connection-name';
import { namespaceOf, type SectionReader, tlsFilesOf } from './found';
import { hostOf, portOf, readHostAndPort, readUrl } from './hosts';

/** `patroni/dcs/consul.py: Consul.__init__`: `url`, or `host`, `port` and `scheme`; the agent of this machine where there is none. */
export const consulSection: SectionReader = (section, config, origin) => {
  const port = String(defaultPorts.consul);
  const url = textOption(section, 'url');
  let endpoint: string;
  if (url !== null) {
    const read = readUrl(url, defaultPorts.consul);
    if (read === null) return err(`In ${origin.what} the url of section consul is no http or https address.`);
    ({ endpoint } = read);
  } else {
    const host = textOption(section, 'host');
    const address = readHostAndPort(host ?? '127.0.0.1', port);
    const chosen = textOption(section, 'port') ?? (address === null ? port : portOf(address));
    const whole = address === null ? null : readHostAndPort(`${hostOf(address)}:${chosen}`, port);
    if (whole === null) {
      return err(
        `In ${origin.what} the section consul names a host that cannot be read: “${(host ?? '').slice(0, 100)}”.`,
      );
    }
    if (host === null) origin.note('No host is named: it is the Consul agent of the machine that Patroni runs on.');
    endpoint = `${textOption(section, 'scheme')?.toLowerCase() === 'https' ? 'https' : 'http'}://${whole}`;
  }
  const files = tlsFilesOf(section, origin);
  const consistency = textOption(section, 'consistency') ?? 'default';
  const known = ['default', 'consistent', 'stale'].includes(consistency);
  if (!known) origin.note(`Consul knows no consistency “${consistency.slice(0, 40)}”; the default is used.`);
  return ok({
    settings: {
      endpoints: [endpoint],
      namespace: namespaceOf(section, config),
      dc: textOption(section, 'dc'),
      consistency: known ? consistency : 'default',
      ...files,
      // With a CA Patroni checks whatever `verify` says.
      verify: (flagOption(section, 'verify') ?? true) || files.caFile !== null,
    },
    secrets: { password: textOption(section, 'token') },
  });
};
