"""Types into a program in a terminal of its own, and prints what the terminal showed.

Arguments: the program and its arguments. A line of standard input is typed when the program asks
for it with "jshell> "; the line ^C stands for Ctrl-C, typed when "running" has been shown,
and again until the program asks for a line.
Exit code: that of the program; 124 if it is not at its end after two minutes.
"""
import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time

lines = sys.stdin.read().splitlines()
child, terminal = pty.fork()
if child == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    os.environ["TERM"] = "xterm"
    os.execvp(sys.argv[1], sys.argv[1:])
shown, seen, stopping, deadline = b"", 0, False, time.monotonic() + 120
while True:
    left = deadline - time.monotonic()
    if left < 0:
        os.kill(child, signal.SIGTERM)
        os.waitpid(child, 0)
        sys.exit(124)
    if not select.select([terminal], [], [], min(left, 0.5))[0]:
        if stopping:  # JShell takes Ctrl-C a moment after the code has begun to run
            os.write(terminal, b"\x03")
        continue
    try:
        data = os.read(terminal, 65536)
    except OSError:  # on Linux, that is the end
        data = b""
    if not data:
        break
    sys.stdout.buffer.write(data)
    sys.stdout.flush()
    shown += data
    while lines:
        awaited = b"running" if lines[0] == "^C" else b"jshell> "
        at = shown.find(awaited, seen)
        if at < 0:
            break
        seen = at + len(awaited)
        line = lines.pop(0)
        stopping = line == "^C"
        os.write(terminal, b"\x03" if stopping else line.encode() + b"\r")
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
