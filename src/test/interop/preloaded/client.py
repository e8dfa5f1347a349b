"""Has one run of the AWS CLI done by server.py: SOCKET ARGUMENT..."""

import json
import os
import socket
import struct
import sys



def is_open(number):
    try:
        return os.fstat(number) is not None
    except OSError:
        return False


# Shells pass pipes as further files, which have high numbers: <(command).
files = [number for number in (0, 1, 2, *range(32, 256)) if is_open(number)]
with socket.socket(socket.AF_UNIX) as server:
    server.connect(sys.argv[1])
    asked = json.dumps(
        {
            "arguments": sys.argv[2:],
            "environment": dict(os.environ),
            "folder": os.getcwd(),
            "files": files,
        }
    ).encode()
    socket.send_fds(server, [struct.pack("!I", len(asked))], files)
    server.sendall(asked)
    code = server.recv(1)
# Nothing but its exit code comes back.
sys.exit(code[0] if code else 255)
