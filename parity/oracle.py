"""Answers what Patroni itself makes of a cluster's keys. One JSON list of cases a line in, one list of answers a line out.

Every answer is a pair: ["ok", value], or ["raise", exception, message] where Patroni raises.
"""
import copy
import json
import logging
import sys

import patroni.ctl as ctl  # noqa: E402
import patroni.dcs as dcs  # noqa: E402
from patroni.dcs.etcd3 import Etcd3  # noqa: E402
from patroni.utils import cluster_as_json, parse_int  # noqa: E402
from patroni.version import __version__  # noqa: E402

V4 = tuple(map(int, __version__.split('.'))) >= (4,)
if V4:
    from patroni import global_config
    from patroni.postgresql.mpp import get_mpp

log = []


class Keep(logging.Handler):
    def emit(self, record):
        log.append([record.msg, list(record.args or [])])


logging.getLogger('patroni').addHandler(Keep())
logging.getLogger('patroni').propagate = False
logging.getLogger('patroni').setLevel(logging.ERROR)
logging.getLogger().setLevel(logging.CRITICAL)


class Client:
    def __init__(self, nodes):
        self.nodes = nodes

    def get_cluster(self, path):
        return [dict(node) for node in self.nodes]


class Postgres:
    """The few things that the slot logic asks of a server."""

    def __init__(self, name, role, major):
        self.name = name
        self.role = role
        self.major_version = major * 10000
        self.can_advance_slots = self.major_version >= 110000


def ask(function):
    try:
        return ['ok', function()]
    except Exception as error:
        return ['raise', type(error).__name__, str(error)[:200]]


class Loader(Etcd3):
    _client = None


def loader(nodes):
    etcd = Loader.__new__(Loader)
    etcd._ctl = True
    etcd._name = ''
    etcd._base_path = '/service/demo'
    etcd._client = Client(nodes)
    if V4:
        etcd._mpp = get_mpp({'citus': {'group': 0, 'database': 'citus'}})
    return etcd


def load(case):
    etcd = loader(case['nodes'])
    if case['mpp']:
        groups = (etcd._mpp_cluster_loader if V4 else etcd._citus_cluster_loader)('/service/demo/')
        cluster = groups.pop(0, dcs.Cluster.empty())
        cluster.workers.update(groups)
        return cluster
    if V4:
        return etcd._postgresql_cluster_loader('/service/demo/')
    return etcd._cluster_loader('/service/demo/')


def version_of(thing):
    return str(thing.version if V4 else thing.index)


def plain_slots(slots):
    return {k: parse_int(v) or 0 for k, v in slots.items()} if isinstance(slots, dict) else None


def member_facts(m, auth):
    facts = {
        'name': lambda: m.name,
        'version': lambda: version_of(m),
        'session': lambda: m.session,
        'connUrl': lambda: m.conn_url,
        'connKwargs': lambda: dict(m.conn_kwargs()),
        'connKwargsAuth': lambda: dict(m.conn_kwargs(auth)),
        'apiUrl': lambda: m.api_url,
        'tags': lambda: m.tags,
        'nofailover': lambda: bool(m.nofailover),
        'replicatefrom': lambda: m.replicatefrom,
        'clonefrom': lambda: bool(m.clonefrom),
        'state': lambda: m.state,
        'isRunning': lambda: m.is_running,
        'patroniVersion': lambda: list(m.patroni_version if V4 else m.version) if (
            m.patroni_version if V4 else m.version) is not None else None,
    }
    if V4:
        facts.update({
            'failoverPriority': lambda: m.failover_priority,
            'noloadbalance': lambda: m.noloadbalance,
            'nosync': lambda: m.nosync,
            'syncPriority': lambda: m.sync_priority,
            'nostream': lambda: m.nostream,
            'lsn': lambda: m.lsn,
            'receiveLsn': lambda: m.receive_lsn,
            'replayLsn': lambda: m.replay_lsn,
            'endpointUrl': lambda: m.get_endpoint_url('patroni'),
        })
    return facts


def clone_candidates(cluster, exclude):
    """Every member that chance may pick."""
    names, upper = [], [0]
    before = dcs.randint
    try:
        index = 0
        while index <= upper[0]:
            def pick(low, high, index=index):
                upper[0] = high
                return index
            dcs.randint = pick
            got = cluster.get_clone_member(exclude)
            names.append(got and got.name)
            index += 1
    finally:
        dcs.randint = before
    return names


def sync_facts(sync, names):
    facts = {
        'leader': lambda: sync.leader,
        'isEmpty': lambda: sync.is_empty,
        'voters': lambda: sync.voters if V4 else sync.members,
        'matches': lambda: [sync.matches(n) for n in names],
    }
    if V4:
        facts.update({
            'quorum': lambda: sync.quorum,
            'members': lambda: sync.members,
            'matchesLeader': lambda: [sync.matches(n, True) for n in names],
            'leaderMatches': lambda: [sync.leader_matches(n) for n in names],
        })
    return facts


def config_facts(cluster):
    config = cluster.config
    if not V4:
        return {
            'isPaused': cluster.is_paused,
            'isSynchronousMode': cluster.is_synchronous_mode,
            'permanentSlots': lambda: config.permanent_slots if config else {},
            'ignoreSlotsMatchers': lambda: config.ignore_slots_matchers if config else [],
            'useSlots': lambda: bool(cluster.use_slots),
        }
    g = global_config
    return {
        'isPaused': lambda: g.is_paused,
        'isSynchronousMode': lambda: g.is_synchronous_mode,
        'permanentSlots': lambda: g.permanent_slots,
        'ignoreSlotsMatchers': lambda: g.ignore_slots_matchers,
        'useSlots': lambda: g.use_slots,
        'isQuorumCommitMode': lambda: g.is_quorum_commit_mode,
        'isSynchronousModeStrict': lambda: g.is_synchronous_mode_strict,
        'isStandbyCluster': lambda: bool(g.is_standby_cluster),
        'minSynchronousNodes': lambda: g.min_synchronous_nodes,
        'synchronousNodeCount': lambda: g.synchronous_node_count,
        'maximumLagOnFailover': lambda: g.maximum_lag_on_failover,
        'maximumLagOnSyncnode': lambda: g.maximum_lag_on_syncnode,
        'primaryStartTimeout': lambda: g.primary_start_timeout,
        'primaryStopTimeout': lambda: g.primary_stop_timeout,
        'maxTimelinesHistory': lambda: g.max_timelines_history,
        'memberSlotsTtl': lambda: g.member_slots_ttl,
        'permanentPhysicalSlots': lambda: cluster.permanent_physical_slots,
    }


def slot_facts(cluster, view):
    """What a server keeps. `view` names the member, or a stranger without a key."""
    name, role, major = view['name'], view['role'], view['postgres']
    member = next((m for m in cluster.members if m.name == name), None)
    if member is None:
        member = dcs.Member(-1, name, None, {})
    server = Postgres(name, role, major)
    filtered = {n: lsn for n, lsn in view['slots']}

    def slots():
        del log[:]
        if V4:
            got = cluster.get_replication_slots(server, member, role=role, show_error=True)
        else:
            got = cluster.get_replication_slots(name, role, member.nofailover, server.major_version, show_error=True)
        return {'slots': got, 'log': copy.deepcopy(log)}

    if not V4:
        return {
            'slots': slots,
            'hasPermanentSlots': lambda: bool(
                cluster.has_permanent_logical_slots(name, member.nofailover, server.major_version)),
            'feedback': lambda: bool(
                cluster.should_enforce_hot_standby_feedback(name, member.nofailover, server.major_version)),
            'onPrimary': lambda: cluster.get_my_slot_name_on_primary(name, member.replicatefrom),
        }
    return {
        'slots': slots,
        'hasPermanentSlots': lambda: bool(cluster.has_permanent_slots(server, member)),
        'feedback': lambda: bool(cluster.should_enforce_hot_standby_feedback(server, member)),
        'onPrimary': lambda: cluster.get_slot_name_on_primary(name, member),
        'filtered': lambda: cluster.maybe_filter_permanent_slots(server, dict(filtered)),
    }


def printed(function):
    lines = []
    before = ctl.click.echo
    ctl.click.echo = lines.append
    try:
        function()
    finally:
        ctl.click.echo = before
    return json.loads(lines[0])


def listing(cluster, option):
    ctl_citus, extended, group = option['citus'], option['extended'], option['group']
    if V4:
        ctl.is_citus_cluster = lambda: ctl_citus
        return printed(lambda: ctl.output_members(cluster, 'demo', extended, 'json', group))
    obj = {'citus': {'group': 0}} if ctl_citus else {}
    return printed(lambda: ctl.output_members(obj, cluster, 'demo', extended, 'json', group))


def history(cluster):
    class Store:
        @staticmethod
        def get_cluster():
            return copy.deepcopy(cluster)

    ctl.get_dcs = lambda *args: Store
    if V4:
        return printed(lambda: ctl.history.callback('demo', None, 'json'))
    return printed(lambda: ctl.history.callback.__wrapped__({}, 'demo', None, 'json'))


def forget_config():
    """As in a process that has just begun. patronictl stays so: it never takes a cluster's configuration as its own."""
    if V4:
        global_config._GlobalConfig__config = {}


def set_config(cluster):
    forget_config()
    if V4:
        global_config.update(cluster)


def all_of(facts):
    return {name: ask(function) for name, function in facts.items()}


def facts_of(cluster, case, stored):
    set_config(cluster)
    names = case['names']
    failover, leader, config = cluster.failover, cluster.leader, cluster.config
    answer = {
        'memberData': ['ok', stored],
        'initialize': ask(lambda: cluster.initialize),
        'configData': ask(lambda: config and copy.deepcopy(config.data)),
        'configVersions': ask(lambda: config and (
            [str(config.version), str(config.modify_version)] if V4 else [str(config.index), str(config.modify_index)])),
        'lastLsn': ask(lambda: cluster.status.last_lsn if V4 else cluster.last_lsn),
        'slots': ask(lambda: plain_slots(cluster.status.slots if V4 else cluster.slots)),
        'leader': ask(lambda: leader and [version_of(leader), leader.session, leader.name, version_of(leader.member)]),
        'failover': ask(lambda: None if failover is None else {
            'leader': failover.leader, 'candidate': failover.candidate,
            'at': failover.scheduled_at and failover.scheduled_at.isoformat(), 'length': len(failover)}),
        'historyLines': ask(lambda: cluster.history and copy.deepcopy(cluster.history.lines)),
        'failsafe': ask(lambda: cluster.failsafe),
        'timeline': ask(lambda: cluster.timeline),
        'leaderName': ask(lambda: cluster.leader_name),
        'isUnlocked': ask(cluster.is_unlocked),
        'minVersion': ask(lambda: cluster.min_version and list(cluster.min_version)),
        'hasMember': ask(lambda: [cluster.has_member(n) for n in names]),
        'getMember': ask(lambda: [[getattr(cluster.get_member(n, f), 'name', None) for f in (False, True)]
                                  for n in names]),
        'clone': ask(lambda: [clone_candidates(cluster, n) for n in names]),
        'sync': all_of(sync_facts(cluster.sync, names)),
        'config': all_of(config_facts(cluster)),
    }
    if V4:
        answer['retainSlots'] = ask(lambda: cluster.status.retain_slots)
        answer['isEmpty'] = ask(cluster.is_empty)
    answer['asJson'] = ask(lambda: cluster_as_json(cluster))
    # A group without a configuration of its own must not be listed by that of the coordinator.
    forget_config()
    answer['lists'] = [ask(lambda: listing(cluster, option)) for option in case['lists']]
    set_config(cluster)
    answer['views'] = [all_of(slot_facts(cluster, view)) for view in case['views']]
    answer['members'] = [all_of(member_facts(m, case['auth'])) for m in cluster.members]
    if leader:
        answer['leaderFacts'] = all_of({
            'timeline': lambda: leader.timeline,
            'checkpointAfterPromote': lambda: leader.checkpoint_after_promote,
            'connUrl': lambda: leader.conn_url,
            'connKwargs': lambda: dict(leader.conn_kwargs(case['auth'])),
        })
    answer['history'] = ask(lambda: history(cluster))
    return answer


def answer_case(case):
    loaded = ask(lambda: load(case))
    if loaded[0] == 'raise':
        return {'load': loaded}
    cluster = loaded[1]
    clusters = {None: cluster, **cluster.workers}
    # Asking for a URL changes what a member holds, so what was stored comes first.
    stored = {group: [copy.deepcopy(m.data) for m in one.members] for group, one in clusters.items()}
    answer = {'load': ['ok', None], 'cluster': facts_of(cluster, case, stored[None]), 'workers': {}}
    for group, worker in cluster.workers.items():
        answer['workers'][str(group)] = facts_of(worker, case, stored[group])
    return answer


def function_case(case):
    """The functions that need no cluster."""
    return {
        'slotNames': [ask(lambda: dcs.slot_name_from_member_name(text)) for text in case['texts']],
        'urls': [ask(lambda: dcs.parse_connection_string(text)) for text in case['texts']],
        'ints': [ask(lambda: parse_int(text)) for text in case['texts']],
        'seconds': [ask(lambda: parse_int(text, 's')) for text in case['texts']],
    }


def tagged(value):
    """What JSON has no word for. Keys are texts in JSON, whatever they were."""
    if isinstance(value, float) and (value != value or value in (float('inf'), float('-inf'))):
        return str(value)
    if isinstance(value, dict):
        return {str(k): tagged(v) for k, v in value.items()}
    return [tagged(v) for v in value] if isinstance(value, (list, tuple)) else value


def main():
    # An endless recursion asks for all slots at each level: the end of it should come soon.
    sys.setrecursionlimit(180)
    sys.stdin.reconfigure(encoding='utf-8')
    print(json.dumps({'version': __version__}), flush=True)
    for line in sys.stdin:
        answers = [function_case(c) if c['kind'] == 'functions' else answer_case(c) for c in json.loads(line)]
        try:
            text = json.dumps(answers, allow_nan=False)
        except ValueError:
            text = json.dumps(tagged(answers))
        print(text, flush=True)


main()
