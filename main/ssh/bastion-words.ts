import type { HostKey, StoreFailure } from '../../app/dcs/store';
import { assertNever } from '../../app/assert-never';
import type { NoSocket } from '../stores/tls/open-socket';
import { socketWords } from '../stores/tls/socket-words';
import { bastionName, type BastionOptions } from './bastion-options';

/** Why the way through a bastion does not stand. */
export type BastionTrouble =
  | { readonly kind: 'no-socket'; readonly why: NoSocket }
  | { readonly kind: 'key-file'; readonly file: string; readonly words: string }
  | { readonly kind: 'passphrase-missing'; readonly file: string }
  | { readonly kind: 'passphrase-wrong'; readonly file: string; readonly words: string }
  | { readonly kind: 'no-agent'; readonly words: string }
  | { readonly kind: 'host-key-unknown'; readonly key: HostKey }
  | { readonly kind: 'host-key-changed'; readonly key: HostKey; readonly where: string }
  | { readonly kind: 'host-key-revoked'; readonly key: HostKey; readonly where: string }
  | { readonly kind: 'not-signed-in'; readonly words: string }
  | { readonly kind: 'silent' }
  /** It speaks no SSH, or none that both know. */
  | { readonly kind: 'no-ssh'; readonly words: string };

/** Why the way does not stand, in words for a person. `wasThere`: it stood before. */
export function bastionFailure(trouble: BastionTrouble, options: BastionOptions, wasThere: boolean): StoreFailure {
  const name = bastionName(options);
  const as = (message: string, advice: string, detail: string, key?: HostKey): StoreFailure => ({
    kind: 'bastion',
    endpoint: name,
    message: wasThere ? `The bastion is lost. ${message}` : message,
    advice,
    detail,
    ...(key === undefined ? {} : { hostKey: key }),
  });
  switch (trouble.kind) {
    case 'no-socket': {
      const target = name.slice(options.user.length + 1);
      const { message, advice, said } = socketWords(trouble.why, {
        product: 'sshd',
        host: options.host,
        target,
        caFile: null,
        caFrom: null,
        certFile: null,
        clientCertificateAdvice: '',
        plaintextAdvice: '',
      });
      return as(`The bastion ${name} cannot be reached: ${lowerFirst(message)}`, advice, said || trouble.why.kind);
    }
    case 'silent':
      return as(
        `The bastion ${name} took the connection but did not answer in time.`,
        'Is it an SSH server that listens there? Look whether it hangs, or whether a firewall drops the connection.',
        'no answer in time',
      );
    case 'key-file':
      return as(
        `The private key ${trouble.file} for the bastion cannot be used.`,
        'Choose a private key in the format of OpenSSH or PEM that this user may read.',
        trouble.words,
      );
    case 'passphrase-missing':
      return as(
        `The private key ${trouble.file} for the bastion is protected by a passphrase.`,
        'Enter its passphrase.',
        'no passphrase given',
      );
    case 'passphrase-wrong':
      return as(
        `The passphrase does not open the private key ${trouble.file} for the bastion.`,
        'Enter it again.',
        trouble.words,
      );
    case 'no-agent':
      return as(
        'No SSH agent answers on this machine.',
        'Start one and add your key (ssh-add), or choose a private key file for the bastion.',
        trouble.words,
      );
    case 'host-key-unknown':
      return as(
        `The bastion ${name} is not known yet: it shows the ${plainType(trouble.key.type)} key ${trouble.key.fingerprint}.`,
        'Compare it with what its administrator tells you (ssh-keygen -lf on the bastion). Accept it only if they are the same: nothing was sent to it yet.',
        trouble.key.type,
        trouble.key,
      );
    case 'host-key-changed':
      return as(
        `The bastion ${name} shows another key than the one that is known: ${trouble.key.fingerprint}. It may be somebody else, so nothing was sent to it.`,
        `Ask its administrator. If it was set up anew, remove the old key from ${trouble.where} and test again.`,
        trouble.key.type,
      );
    case 'host-key-revoked':
      return as(
        `The bastion ${name} shows a key that was revoked: ${trouble.key.fingerprint}. Nothing was sent to it.`,
        `Ask its administrator; ${trouble.where} revokes the key.`,
        trouble.key.type,
      );
    case 'not-signed-in':
      return as(
        `The bastion does not let ${name} in with ${options.keyFile === null ? 'any key of the SSH agent' : `the key ${options.keyFile}`}.`,
        options.keyFile === null
          ? 'Check the user, and that ssh-add -l lists the key that stands in its authorized_keys there.'
          : 'Check the user, and that the key stands in its authorized_keys there.',
        trouble.words,
      );
    case 'no-ssh':
      return as(
        `No SSH connection to the bastion ${name} came about.`,
        'Check host and port; the detail says what SSH complained of.',
        trouble.words,
      );
    default:
      return assertNever(trouble);
  }
}

/** What SSH says when a connection from the bastion onward is refused (RFC 4254, 5.1). */
const PROHIBITED = 1;

/** Why a connection from the bastion onward did not come about. */
export function onwardFailure(
  error: { readonly reason: number | null; readonly words: string },
  target: string,
  options: BastionOptions,
): NoSocket {
  const { reason, words } = error;
  const name = bastionName(options);
  const as = (kind: StoreFailure['kind'], message: string, advice: string): NoSocket => ({
    kind: 'way',
    words: { kind, message, advice, said: words },
  });
  if (reason === PROHIBITED) {
    return as(
      'bastion',
      `The bastion ${name} does not forward connections to ${target}.`,
      'Its sshd must allow it: AllowTcpForwarding and PermitOpen in its sshd_config, and no-port-forwarding in authorized_keys.',
    );
  }
  if (/refused/i.test(words)) {
    return as(
      'refused',
      `The bastion ${name} got no connection to ${target}: it was refused, nothing listens on that port.`,
      'Check host and port as they are seen from the bastion.',
    );
  }
  if (/not known|name resolution|no address|could not resolve|nodename/i.test(words)) {
    return as(
      'name-not-found',
      `The bastion ${name} could not resolve the host name of ${target}.`,
      'The name is looked up on the bastion: check it there.',
    );
  }
  return as(
    'unavailable',
    `The bastion ${name} got no connection to ${target}.`,
    'Check the address as it is seen from the bastion, and the firewall between them.',
  );
}

/** Nothing came back through a bastion. */
export function onwardSilence(target: string, options: BastionOptions): NoSocket {
  return {
    kind: 'way',
    words: {
      kind: 'timeout',
      message: `${target} did not answer in time through the bastion ${bastionName(options)}.`,
      advice: 'Check the address as it is seen from the bastion, and the firewall between them.',
      said: 'no answer in time',
    },
  };
}

const plainType = (type: string): string =>
  type.startsWith('ecdsa') ? 'ECDSA' : type.replace(/^ssh-/, '').toUpperCase();

const lowerFirst = (text: string): string =>
  /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
