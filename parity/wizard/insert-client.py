"""Inserts a row every 10 ms into each server that takes it, and prints for each row when its commit was confirmed.

Arguments: the ports of the servers on 127.0.0.1. One line a row: milliseconds since 1970.
psycopg2 comes with Patroni's own package.
"""

import sys
import threading
import time

import psycopg2

lock = threading.Lock()


def insert_into(port: str) -> None:
    connection = None
    while True:
        began = time.monotonic()
        try:
            if connection is None:
                connection = psycopg2.connect(
                    host="127.0.0.1", port=port, user="postgres", dbname="postgres", connect_timeout=2
                )
                connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("INSERT INTO wizard_proof DEFAULT VALUES")
            with lock:
                print(f"{time.time() * 1000:.1f}", flush=True)
        except psycopg2.errors.ReadOnlySqlTransaction:
            pass  # A standby: it may be the next leader.
        except psycopg2.Error:
            if connection is not None:
                connection.close()
            connection = None
        time.sleep(max(0.0, 0.01 - (time.monotonic() - began)))


for each in sys.argv[1:]:
    threading.Thread(target=insert_into, args=(each,), daemon=True).start()
sys.stdin.read()
