import { listOption, sectionOf, textOption } from '../../../app/dcs/patroni-config';
import { err, ok } from '../../../app/result';
import { defaultPorts } from '../connection-name';
import type { SectionReader } from './found';
import { hostOf, portOf, readHostAndPort } from './hosts';

/**
 * Raft cannot be joined without a vote, so its members are read by their REST API: at the address that the file tells of this
 * member, and at the partners' hosts with the same port, which is a guess and is said to be one.
 */
export const raftSection: SectionReader = (section, config, { what, note }) => {
  const restapi = sectionOf(config, 'restapi') ?? {};
  const scheme = textOption(restapi, 'certfile') === null ? 'http' : 'https';
  const usual = String(defaultPorts.raft);
  const connect = textOption(restapi, 'connect_address') ?? textOption(restapi, 'listen');
  const own = connect === null ? null : readHostAndPort(connect, usual);
  const port = own === null ? usual : portOf(own);
  const hosts = [textOption(section, 'self_addr') ?? '', ...listOption(section, 'partner_addrs')]
    .map((address) => readHostAndPort(address, '1'))
    .flatMap((address) => (address === null ? [] : [hostOf(address)]));
  const guessed = hosts.map((host) => `${scheme}://${host}:${port}`);
  const known = own === null || /^(?:0\.0\.0\.0|\[::\]|\*)$/.test(hostOf(own)) ? [] : [`${scheme}://${own}`];
  const members = [...new Set([...known, ...guessed])].slice(0, 32);
  if (members.length === 0)
    return err(`In ${what} the section raft names no member: it has no self_addr and no partner_addrs.`);
  if (guessed.some((member) => !known.includes(member))) {
    note(`The file does not tell the others’ REST API: port ${port} is a guess. Put right what is another one.`);
  }
  return ok({ settings: { members }, secrets: {} });
};
