"""Taskiq with taskiq-redis: streams with acknowledgement, Redis with an append-only file."""

import asyncio
import contextlib
import os
import signal
import sys
import time

import servers
import workload


@contextlib.contextmanager
def workers(count, slots, store, root):
    words = [sys.executable, "-m", "taskiq", "worker", "--workers", "1", "--max-async-tasks", str(slots),
             "--log-level", "WARNING", "--no-configure-logging", "taskiq_app:broker"]
    environment = dict(os.environ, PEER_STORE=store)
    with contextlib.ExitStack() as stack:
        for _ in range(count):
            # An orderly end takes 20 s if tasks are waited for; no work is left by then.
            stack.enter_context(servers.child(words, os.path.join(root, "taskiq.log"), signal.SIGKILL, env=environment,
                                              cwd=os.path.dirname(os.path.abspath(__file__))))
        yield


async def ends(redis, count, seconds=120):
    for _ in range(count):
        if await redis.blpop(["done"], timeout=seconds) is None:
            raise TimeoutError("Taskiq's tasks did not end")


async def clear(redis, count):
    """Waits for the workers, then begins with empty streams."""
    for _ in range(count):
        if await redis.blpop(["ready"], timeout=60) is None:
            raise TimeoutError("Taskiq's workers did not start")


async def steps(app):
    rates = []
    for run in range(workload.RUNS + 1):
        begin = time.monotonic()
        await asyncio.gather(*(app.step.kiq(workload.STEPS) for _ in range(workload.WORKFLOWS["taskiq"])))
        await ends(app.redis, workload.WORKFLOWS["taskiq"])
        if run > 0:
            rates.append(workload.WORKFLOWS["taskiq"] * workload.STEPS / (time.monotonic() - begin))
    return rates


async def handoff(app):
    begin = time.monotonic()
    for number in range(workload.WARM_UP + workload.HANDOFFS):
        await asyncio.sleep(max(0, begin + number * workload.HANDOFF_PACE - time.monotonic()))
        await app.receive.kiq(time.monotonic())
    samples = [float((await app.redis.blpop(["received"], timeout=60))[1])
               for _ in range(workload.WARM_UP + workload.HANDOFFS)]
    return samples[workload.WARM_UP:]


async def waits(app, count):
    await asyncio.gather(*(app.wait.kiq(0.0) for _ in range(20)))
    await ends(app.redis, 20)
    rates = []
    for _ in range(workload.SCALE_RUNS):
        stages = workload.STAGES_OF_WORKER * count
        begin = time.monotonic()
        await asyncio.gather(*(app.wait.kiq(workload.WAIT) for _ in range(stages)))
        await ends(app.redis, stages)
        rates.append(stages / (time.monotonic() - begin))
    return rates


def measure(figures, root):
    for fsync in ("always", "everysec"):
        with servers.redis(root, fsync) as store:
            asyncio.run(of_store(figures, root, store, f"Taskiq on Redis, AOF {fsync}"))


async def of_store(figures, root, store, name):
    os.environ["PEER_STORE"] = store
    sys.modules.pop("taskiq_app", None)
    import taskiq_app as app

    await app.broker.startup()
    with workers(2, 100, store, root):
        await clear(app.redis, 2)
        figures.write(f"{name}: durable steps", await steps(app), "steps/s")
        figures.handoff(f"{name}: hand-off", await handoff(app))
    medians = {}
    for count in (1, 4):
        with workers(count, workload.SLOTS, store, root):
            await clear(app.redis, count)
            medians[count] = await waits(app, count)
            figures.write(f"{name}: stages that wait, workers: {count}", medians[count], "stages/s")
    single = sorted(medians[1])[len(medians[1]) // 2]
    figures.write(f"{name}: four workers' share of linear", [rate / (4 * single) for rate in medians[4]], "of linear")
    await app.broker.shutdown()
    await app.redis.aclose()
