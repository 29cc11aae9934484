"""Tasks for Taskiq's worker. A workflow is a chain of tasks: each step is acknowledged once the next is in the log."""

import asyncio
import os
import time

from redis.asyncio import Redis
from taskiq import TaskiqEvents
from taskiq_redis import RedisStreamBroker

broker = RedisStreamBroker(os.environ["PEER_STORE"], xread_block=100)
redis = Redis.from_url(os.environ["PEER_STORE"])


@broker.on_event(TaskiqEvents.WORKER_STARTUP)
async def say_ready(_):
    await redis.rpush("ready", os.getpid())


@broker.task
async def step(remaining: int):
    if remaining > 1:
        await step.kiq(remaining - 1)
    else:
        await redis.rpush("done", 1)


@broker.task
async def receive(sent: float):
    await redis.rpush("received", time.monotonic() - sent)


@broker.task
async def wait(seconds: float):
    await asyncio.sleep(seconds)
    await redis.rpush("done", 1)
