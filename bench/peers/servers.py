"""Servers for one run: in a temporary folder, on free ports, ended by their process numbers."""

import contextlib
import getpass
import glob
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def folder():
    path = tempfile.mkdtemp(prefix="shoal-peers-")
    os.chmod(path, 0o711)  # Postgres runs as another user and must pass through
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def child(words, log, end=signal.SIGTERM, **options):
    """A program in a process group of its own, which is ended as a whole."""
    with open(log, "ab") as output:
        process = subprocess.Popen(words, stdout=output, stderr=subprocess.STDOUT, start_new_session=True, **options)
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, end)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def wait_for(ready, what, seconds=60):
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} was not ready within {seconds} s")
        time.sleep(0.02)


def accepts(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextlib.contextmanager
def redis(root, fsync):
    """Redis with an append-only file; fsync is always or everysec."""
    port = free_port()
    data = os.path.join(root, f"redis-{fsync}")
    os.mkdir(data)
    words = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--dir", data, "--save", "",
             "--appendonly", "yes", "--appendfsync", fsync]
    with child(words, os.path.join(root, "redis.log")):
        wait_for(lambda: accepts(port), "Redis")
        yield f"redis://127.0.0.1:{port}"


@contextlib.contextmanager
def postgres(root):
    """Postgres as Debian configures it: every commit is synchronised. It refuses root, so it has its own user."""
    port = free_port()
    programs = os.path.dirname(sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))[-1])
    data = os.path.join(root, "postgres")
    os.mkdir(data, 0o700)
    owner, prefix = getpass.getuser(), []
    if os.geteuid() == 0:
        owner = "postgres"
        prefix = ["runuser", "-u", owner, "--"]
        entry = pwd.getpwnam(owner)
        os.chown(data, entry.pw_uid, entry.pw_gid)
    subprocess.run(prefix + [f"{programs}/initdb", "--pgdata", data, "--auth", "trust", "--username", "shoal"],
                   check=True, stdout=subprocess.DEVNULL, cwd="/")
    words = prefix + [f"{programs}/postgres", "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", data,
                      "-c", "max_connections=200", "-c", "shared_buffers=256MB"]
    with child(words, os.path.join(root, "postgres.log"), cwd="/"):
        ready = [f"{programs}/pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
        wait_for(lambda: subprocess.run(ready).returncode == 0, "Postgres")
        yield f"postgresql+psycopg://shoal@127.0.0.1:{port}"
