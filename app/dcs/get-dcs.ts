import { parseInt } from '../cluster/coerce';
import type { AbstractDCS } from './abstract-dcs';
import { DcsError } from './dcs-error';
import { DEFAULT_TIMES, type DcsOptions, type Mpp } from './dcs-options';
import { asText, flagOption, option, type PatroniConfig, sectionOf, textOption } from './patroni-config';
import { type Environment, withEnvironment } from './patroni-environment';

/** The sections of Patroni's configuration that name a store, in the order in which Patroni looks for them. */
const MODULES = ['consul', 'etcd', 'etcd3', 'exhibitor', 'kubernetes', 'raft', 'zookeeper'] as const;
export type DcsModule = (typeof MODULES)[number];

/**
 * Opens Patroni's contract on one kind of store. `section` holds its options and what the top level passes down; `config` is the
 * whole. Whatever it throws reaches the caller of `getDcs` as a DcsError.
 */
export type DcsMaker = (section: PatroniConfig, options: DcsOptions, config: PatroniConfig) => Promise<AbstractDCS>;

/** What can be opened: the stores have sockets, so whoever has them brings the makers. */
export type DcsMakers = Readonly<Partial<Record<DcsModule, DcsMaker>>>;

/** The names of all stores that Patroni knows, in its order, each as its section is called (`patroni/dcs: dcs_modules`). */
export function dcsModules(): readonly DcsModule[] {
  return MODULES;
}

/**
 * The stores that can be opened: all of them, or those that a configuration has a section of, in Patroni's order
 * (`patroni/dcs: iter_dcs_classes`).
 */
export function iterDcsClasses(
  makers: DcsMakers,
  config: PatroniConfig | null = null,
): readonly (readonly [name: DcsModule, make: DcsMaker])[] {
  return MODULES.flatMap((name) => {
    const make = makers[name];
    return make !== undefined && (config === null || option(config, name) !== undefined) ? [[name, make] as const] : [];
  });
}

/**
 * Opens the first store that a configuration of Patroni tells of and that can be opened; what the environment says goes over
 * what the configuration does. `namespace`, `name`, `scope`, `loop_wait`, `ttl` and `retry_timeout` of the top level go over those
 * of the section (`patroni/dcs: get_dcs`). Throws a DcsError, and nothing else, when there is none or it cannot be opened.
 */
export async function getDcs(
  config: PatroniConfig,
  makers: DcsMakers,
  environment: Environment = {},
): Promise<AbstractDCS> {
  const effective = withEnvironment(config, environment);
  const [first] = iterDcsClasses(makers, effective);
  if (first === undefined) {
    const available = iterDcsClasses(makers)
      .map(([name]) => name)
      .join(', ');
    throw problem('The configuration names no store that can be opened.', `Available implementations: ${available}.`);
  }
  const [name, make] = first;
  const section = sectionOf(effective, name);
  if (section === null) throw problem(`The section ${name} is not a list of options.`, 'Put its options below it.');
  const whole = { ...section, ...passedDown(effective) };
  try {
    return await make(whole, optionsOf(whole, effective), effective);
  } catch (error) {
    if (error instanceof DcsError) throw error;
    throw problem(`The store of section ${name} could not be opened.`, 'Check its options.', error);
  }
}

function passedDown(config: PatroniConfig): PatroniConfig {
  const names = ['namespace', 'name', 'scope', 'loop_wait', 'patronictl', 'ttl', 'retry_timeout'];
  return Object.fromEntries(
    names.flatMap((name) => (option(config, name) === undefined ? [] : [[name, option(config, name)]])),
  );
}

function optionsOf(section: PatroniConfig, config: PatroniConfig): DcsOptions {
  const scope = textOption(section, 'scope');
  if (scope === null) throw problem('The configuration has no scope.', 'Give the name of the cluster as scope.');
  const seconds = (name: string, usual: number): number => parseInt(asText(option(section, name)), 's') ?? usual;
  const namespace = textOption(section, 'namespace');
  return {
    ...(namespace === null ? {} : { namespace }),
    scope,
    // patronictl is no member and has none.
    name: textOption(section, 'name') ?? (flagOption(section, 'patronictl') === true ? 'patronictl' : ''),
    ttl: seconds('ttl', DEFAULT_TIMES.ttl),
    loopWait: seconds('loop_wait', DEFAULT_TIMES.loopWait),
    retryTimeout: seconds('retry_timeout', DEFAULT_TIMES.retryTimeout),
    mpp: mppOf(config),
  };
}

/** A section that lacks one of the two counts as none (`patroni/postgresql/mpp/citus.py: Citus.validate_config`). */
function mppOf(config: PatroniConfig): Mpp | null {
  const citus = sectionOf(config, 'citus');
  if (citus === null || typeof option(citus, 'database') !== 'string') return null;
  const group = parseInt(asText(option(citus, 'group')));
  return group === null ? null : { type: 'Citus', group };
}

function problem(message: string, advice: string, cause: unknown = null): DcsError {
  const detail = cause instanceof Error ? cause.message : '';
  return new DcsError('getDcs', { kind: 'other', endpoint: '', message, advice, detail }, false);
}
