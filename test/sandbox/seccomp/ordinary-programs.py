# Does what ordinary programs do; the result is what went wrong.
import asyncio
import concurrent.futures
import mmap
import multiprocessing
import os
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import threading

said = []
commands = [
    "cp -p /etc/passwd /tmp/copy",
    "cp -a /etc /tmp/etc",
    "install -m 600 /etc/passwd /tmp/installed",
    "mv /tmp/copy /work/moved",
    "sed -i s/sandbox/box/ /tmp/installed",
    "tar -C /tmp -cf /tmp/etc.tar etc && tar -C /work -xpf /tmp/etc.tar",
    "touch -d yesterday /tmp/installed",
    "timeout 20 true",
    "timeout 20 tail -n 0 -F /tmp/installed & tail=$!; sleep 0.1; kill $tail",
    "nice -n 5 true",
    "setsid true",
    "bash -c 'cat <(echo hi)'",
    "ls -la --color=always /tmp /proc/self/fd",
    "ulimit -n 100 && test $(ulimit -n) = 100",
    # gpg wants its limit of core dumps to be 0
    "! command -v gpg || gpg --version",
]


def step(name, action):
    try:
        action()
    except Exception as error:
        said.append(f"{name}: {error!r}")


def command(line):
    ended = subprocess.run(line, shell=True, capture_output=True, text=True, timeout=60)
    if ended.returncode or ended.stderr:
        said.append(f"{line}: {ended.returncode} {ended.stderr}")


def files():
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"x" * 300_000)
        file.flush()
        shutil.copy2(file.name, "/tmp/copy2")
        shutil.copyfile(file.name, "/work/copyfile")
        assert os.path.getsize("/work/copyfile") == 300_000
        os.posix_fallocate(file.fileno(), 0, 400_000)
        with mmap.mmap(file.fileno(), 4096) as area:
            area[0] = 1
            area.flush()


def processes():
    fork = multiprocessing.get_context("fork")
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=fork) as pool:
        assert list(pool.map(abs, [-1, -2])) == [1, 2]
    with fork.Manager() as manager:
        manager.dict()["key"] = 1
    subprocess.run(["true"], start_new_session=True, process_group=None, check=True)


async def network():
    server = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    await reader.read()
    writer.close()
    with open("/tmp/copy2", "rb") as file:
        left, right = socket.socketpair()
        sending = threading.Thread(target=lambda: (left.sendfile(file), left.close()))
        sending.start()
        received = 0
        while data := right.recv(65536):
            received += len(data)
        assert received == 300_000, received
    child = await asyncio.create_subprocess_exec("cat", "/etc/hosts", stdout=subprocess.PIPE)
    assert b"localhost" in (await child.communicate())[0]


def database():
    with sqlite3.connect("/tmp/a.db") as connection:
        connection.execute("pragma journal_mode = wal")
        connection.execute("create table t (a)")


for line in commands:
    command(line)
step("files", files)
step("processes", processes)
step("network", lambda: asyncio.run(network()))
step("database", database)
result = said
