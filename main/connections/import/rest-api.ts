import { flagOption, type PatroniConfig, sectionOf, textOption } from '../../../app/dcs/patroni-config';
import { type Origin, pathOf, type SectionRead } from './found';

/** How patronictl speaks to the members (`patroni/request.py: PatroniRequest.reload_config`): by `ctl`, then by `restapi`. */
export function restApiOf(config: PatroniConfig, origin: Origin): SectionRead {
  const ctl = sectionOf(config, 'ctl') ?? {};
  const restapi = sectionOf(config, 'restapi') ?? {};
  const login = loginOf(ctl) ?? loginOf(restapi);
  const certFile = pathOf(ctl, 'certfile', origin);
  return {
    settings: {
      username: login?.username ?? null,
      caFile: pathOf(ctl, 'cacert', origin) ?? pathOf(restapi, 'cafile', origin),
      certFile,
      keyFile: pathOf(ctl, 'keyfile', origin) ?? certFile,
      verify: !(flagOption(ctl, 'insecure') ?? false),
    },
    secrets: {
      restPassword: login?.password ?? null,
      restKeyPassword: certFile === null ? null : textOption(ctl, 'keyfile_password'),
    },
  };
}

/** `authentication` with `username` and `password`, or, as it once was written, `auth: user:password`. */
function loginOf(section: PatroniConfig): { readonly username: string; readonly password: string | null } | null {
  const authentication = sectionOf(section, 'authentication');
  if (authentication !== null) {
    const username = textOption(authentication, 'username');
    return username === null ? null : { username, password: textOption(authentication, 'password') };
  }
  const auth = textOption(section, 'auth');
  if (auth === null) return null;
  const colon = auth.indexOf(':');
  return colon < 0
    ? { username: auth, password: null }
    : { username: auth.slice(0, colon), password: auth.slice(colon + 1) };
}
