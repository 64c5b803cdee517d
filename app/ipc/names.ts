import type { EventName, RequestName } from './contract';

// The names are written out, because the contract's schemas would bring the whole schema library to where a name is enough.
// The types hold both lists to the contract: a name that is missing or too many does not compile.
const requests: Readonly<Record<RequestName, true>> = {
  'session.start': true,
  'cluster.open': true,
  'cluster.value': true,
  'connection.test': true,
  'connection.save': true,
  'connection.remove': true,
  'connection.retry': true,
  'connection.import': true,
  'settings.update': true,
  'file.choose': true,
  'file.save': true,
  'link.open': true,
};
const events: Readonly<Record<EventName, true>> = { feed: true, menu: true, settings: true, 'show-cluster': true };

/** Every request's name. */
export const requestNames = Object.keys(requests).filter(isRequestName);

/** Whether there is a request of this name. */
export function isRequestName(name: string): name is RequestName {
  return Object.hasOwn(requests, name);
}

/** Whether there is an event of this name. */
export function isEventName(name: string): name is EventName {
  return Object.hasOwn(events, name);
}
