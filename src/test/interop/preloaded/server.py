"""Runs the AWS CLI many times, and loads its modules once, which is most of what one run takes.

Each run is a fork of this program with arguments, environment, folder and files of its own. Run by
the interpreter of an AWS CLI, with the path of a socket; client.py in the same folder asks it. It
serves until its standard input ends.
"""

import contextlib
import fcntl
import importlib
import io
import json
import os
import select
import signal
import socket
import struct
import sys
import time

before = dict(os.environ)
import awscli.clidriver
import awscli.handlers  # the plug-ins, which a run would load later

# What the modules have set, such as the folder of their data.
SET = {name: value for name, value in os.environ.items() if before.get(name) != value}


def main():
    preload()
    # A run that has ended leaves no zombie.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(sys.argv[1])
        listener.listen(64)
        print("ready", flush=True)
        while True:
            ready, _, _ = select.select([0, listener], [], [])
            if 0 in ready:
                return
            client, _ = listener.accept()
            if os.fork() == 0:
                listener.close()
                run(client)
            client.close()


def preload():
    """Reads what every run reads. Nothing else is kept: each run has a copy of its own."""
    session = awscli.clidriver.create_clidriver().session
    package = type(session).__module__.rpartition(".")[0]
    reader = importlib.import_module(package + ".loaders").JSONFileLoader
    read = reader.load_file
    known = {}

    def load_file(self, path):
        if path not in known:
            known[path] = read(self, path)
        return known[path]

    reader.load_file = load_file
    loader = session.get_component("data_loader")
    for name in ("kms/2014-11-01/service-2", "kms/2014-11-01/endpoint-rule-set-1", "endpoints",
                 "partitions", "sdk-default-configuration"):
        # Not every release has all of them.
        with contextlib.suppress(Exception):
            loader.load_data(name)


def moved(file):
    copy = fcntl.fcntl(file, fcntl.F_DUPFD, 512)
    os.close(file)
    return copy


def run(client):
    """Never returns: this process ends as the AWS CLI does."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    first, received, _, _ = socket.recv_fds(client, 4, 256)
    (length,) = struct.unpack("!I", first)
    asked = json.loads(client.makefile("rb").read(length))
    # First out of the way of the numbers that they are to have.
    client = socket.socket(fileno=moved(client.detach()))
    for number, file in zip(asked["files"], [moved(file) for file in received]):
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(SET | asked["environment"])
    time.tzset()
    os.chdir(asked["folder"])
    sys.argv = ["aws", *asked["arguments"]]
    sys.stdin = io.TextIOWrapper(open(0, "rb", closefd=False), encoding="utf-8")
    sys.stdout = io.TextIOWrapper(open(1, "wb", closefd=False), encoding="utf-8")
    sys.stderr = io.TextIOWrapper(
        open(2, "wb", closefd=False), encoding="utf-8", errors="backslashreplace", line_buffering=True
    )
    code = 255
    try:
        code = awscli.clidriver.main()
    except SystemExit as end:
        code = end.code
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        client.send(bytes([code or 0]))
        os._exit(0)


if __name__ == "__main__":
    main()
