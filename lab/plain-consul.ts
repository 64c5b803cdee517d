import type { ConsulOptions } from '../main/stores/consul/options';

/** How to reach a Consul that asks for no token. */
export const plainConsul = (...endpoints: readonly string[]): ConsulOptions => ({
  endpoints,
  token: null,
  dc: null,
  consistency: 'default',
  caFile: null,
  certFile: null,
  keyFile: null,
  verify: true,
});
