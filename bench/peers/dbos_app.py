"""A worker of DBOS. Arguments: the store, slots, a name. It works until it is killed."""

import sys
import threading
import time

from dbos import DBOS


def configuration(store):
    return {"name": "bench", "system_database_url": store, "log_level": "ERROR", "application_version": "bench",
            "sys_db_pool_size": 20, "max_executor_threads": 128, "notification_listener_polling_interval_sec": 0.01}


def queue(slots):
    # By default it polls the queue once a second; 10 ms is fairer to its hand-off.
    DBOS.register_queue("bench", worker_concurrency=slots, polling_interval_sec=0.01, on_conflict="always_update")


@DBOS.step()
def nothing(number: int) -> int:
    return number


@DBOS.step()
def pause(seconds: float) -> None:
    time.sleep(seconds)


@DBOS.workflow()
def steps(count: int) -> int:
    for number in range(count):
        nothing(number)
    return count


@DBOS.workflow()
def receive(sent: float) -> float:
    return time.monotonic() - sent


@DBOS.workflow()
def wait(seconds: float) -> None:
    pause(seconds)


if __name__ == "__main__":
    DBOS(config={**configuration(sys.argv[1]), "executor_id": sys.argv[3]})
    DBOS.launch()
    queue(int(sys.argv[2]))
    print("ready", flush=True)
    threading.Event().wait()
