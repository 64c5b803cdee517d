"""Patroni's own way from keys to clusters, slots and the list of members, timed.

A line of clusters' nodes in, then for each line of indices the seconds it took out. An empty list of indices is all clusters.
What is done for a cluster is what `patronictl list` and each member's loop do with its keys: see build().
"""
import json
import logging
import sys
import time

import patroni.dcs as dcs
from patroni import global_config
from patroni.dcs.etcd3 import Etcd3
from patroni.postgresql.misc import PostgresqlRole
from patroni.postgresql.mpp import get_mpp
from patroni.utils import cluster_as_json
from patroni.version import __version__

logging.getLogger().setLevel(logging.CRITICAL)


class Client:
    """A client of a store that has answered already."""

    nodes = []

    def get_cluster(self, path):
        return self.nodes


class Loader(Etcd3):
    _client = None


class Postgres:
    """The few things that the slot logic asks of a server."""

    major_version = 150000
    can_advance_slots = True

    def __init__(self, name, role):
        self.name = name
        self.role = role


def loader():
    etcd = Loader.__new__(Loader)
    etcd._ctl = True
    etcd._name = ''
    etcd._client = Client()
    etcd._mpp = get_mpp({})
    return etcd


def build(etcd, path, nodes):
    """The cluster of a scope's nodes, the slots of each member in the role that it has by the leader lock, and the members' lines."""
    etcd._client.nodes = nodes
    cluster = etcd._postgresql_cluster_loader(path)
    global_config.update(cluster)
    leader = cluster.leader_name
    slots = []
    for member in cluster.members:
        role = PostgresqlRole.PRIMARY if member.name == leader else PostgresqlRole.REPLICA
        slots.append(cluster.get_replication_slots(Postgres(member.name, role), member, role=role, show_error=True))
    return cluster, slots, cluster_as_json(cluster)


def main():
    print(json.dumps({'version': __version__}), flush=True)
    fleet = json.loads(sys.stdin.readline())
    etcd = loader()
    built = []
    for line in sys.stdin:
        wanted = json.loads(line)
        chosen = [fleet[i] for i in wanted] if wanted else fleet
        del built[:]
        cpu_before = time.process_time()
        started = time.perf_counter()
        for one in chosen:
            built.append(build(etcd, one['path'], one['nodes']))
        seconds = time.perf_counter() - started
        cpu_seconds = time.process_time() - cpu_before
        slots = sum(len(table) for _, tables, _ in built for table in tables)
        print(json.dumps({'seconds': seconds, 'cpuSeconds': cpu_seconds, 'slots': slots}), flush=True)


main()
