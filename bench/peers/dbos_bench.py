"""DBOS on Postgres, with separate worker processes, and on SQLite, within one process."""

import contextlib
import os
import subprocess
import sys
import time

from dbos import DBOS, DBOSClient

import dbos_app
import servers
import workload


@contextlib.contextmanager
def workers(count, slots, store, root):
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "dbos_app.py")
    processes = []
    with open(os.path.join(root, "dbos.log"), "ab") as log:
        try:
            for number in range(count):
                processes.append(subprocess.Popen([sys.executable, script, store, str(slots), f"worker-{number}"],
                                                  stdout=subprocess.PIPE, stderr=log))
            for process in processes:
                while (line := process.stdout.readline()) and line != b"ready\n":
                    pass
                if not line:
                    raise RuntimeError("DBOS's worker did not start")
            yield
        finally:
            for process in processes:
                process.kill()
                process.wait()


def enqueue(client, workflow, argument):
    return client.enqueue({"queue_name": "bench", "workflow_name": workflow, "app_version": "bench"}, argument)


def rate(client, workflow, argument, count):
    begin = time.monotonic()
    handles = [enqueue(client, workflow, argument) for _ in range(count)]
    for handle in handles:
        handle.get_result(polling_interval_sec=0.02)
    return count / (time.monotonic() - begin)


def on_postgres(figures, root):
    name = "DBOS on Postgres"
    with servers.postgres(root) as server:
        store = f"{server}/bench"
        with workers(2, 64, store, root):
            client = DBOSClient(system_database_url=store)
            count = workload.WORKFLOWS["dbos"]
            rate(client, "steps", workload.STEPS, 20)
            rates = [rate(client, "steps", workload.STEPS, count) * workload.STEPS for _ in range(workload.RUNS)]
            figures.write(f"{name}: durable steps", rates, "steps/s")
            handles = []
            begin = time.monotonic()
            for number in range(workload.WARM_UP + workload.HANDOFFS):
                time.sleep(max(0, begin + number * workload.HANDOFF_PACE * 5 - time.monotonic()))
                handles.append(enqueue(client, "receive", time.monotonic()))
            figures.handoff(f"{name}: hand-off", [handle.get_result() for handle in handles][workload.WARM_UP:])
        medians = {}
        for number in (1, 4):
            with workers(number, workload.SLOTS, store, root):
                rate(client, "wait", 0.0, 20)
                medians[number] = [rate(client, "wait", workload.WAIT, workload.STAGES_OF_WORKER * number)
                                   for _ in range(workload.SCALE_RUNS)]
                figures.write(f"{name}: stages that wait, workers: {number}", medians[number], "stages/s")
        single = sorted(medians[1])[len(medians[1]) // 2]
        figures.write(f"{name}: four workers' share of linear",
                      [value / (4 * single) for value in medians[4]], "of linear")
        client.destroy()


def on_sqlite(figures, root):
    DBOS(config=dbos_app.configuration(f"sqlite:///{root}/dbos.sqlite"))
    DBOS.launch()
    rates = []
    for run in range(workload.RUNS + 1):
        count = workload.WORKFLOWS["dbos-sqlite"]
        begin = time.monotonic()
        for handle in [DBOS.start_workflow(dbos_app.steps, workload.STEPS) for _ in range(count)]:
            handle.get_result()
        if run > 0:
            rates.append(count * workload.STEPS / (time.monotonic() - begin))
    figures.write("DBOS on SQLite: durable steps", rates, "steps/s")
    DBOS.destroy()


def measure(figures, root):
    on_postgres(figures, root)
    on_sqlite(figures, root)
