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
  'snapshot.survey': true,
  'snapshot.export': true,
  'snapshot.open': true,
  'snapshot.drop': true,
  'snapshot.paste': true,
  'snapshot.example': true,
  'snapshot.compare': true,
  'snapshot.close': true,
  'time.extent': true,
  'time.seek': true,
  'time.compare': true,
  'time.forget': true,
  'operation.plan': true,
  'operation.start': true,
  'operation.end': true,
  'operation.list': true,
  'database.login': true,
  'database.forget': true,
  'database.leave': true,
  'menu.beginnings': true,
  'practice.faults': true,
  'practice.inject': true,
  'practice.rehearse': true,
  'report.save': true,
  'bastion.trust': true,
  'program.allow': true,
  'incident.read': true,
  'incident.list': true,
  'incident.open': true,
  'incident.keep': true,
  'incident.delete': true,
};
const events: Readonly<Record<EventName, true>> = {
  feed: true,
  menu: true,
  settings: true,
  'show-cluster': true,
  operation: true,
  begin: true,
  'snapshot-opened': true,
  'past-left': true,
  'recordings-changed': true,
};

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
