"""Runs cells in Jupyter's JJava kernel. Reads a JSON list of cells a line; answers with JSON:
the seconds to the first output and to the end of the last cell. Ends with standard input.
"""
import json
import signal
import sys
import time

from jupyter_client.manager import start_new_kernel

# Ctrl-C reaches this as well, but not the kernel: the tool ends both, if this one is still there.
signal.signal(signal.SIGINT, signal.SIG_IGN)
manager, client = start_new_kernel(kernel_name="java")
try:
    for line in sys.stdin:
        click = time.perf_counter()
        first = None

        def output(message):
            global first
            kind = message["header"]["msg_type"]
            if kind in ("stream", "execute_result", "display_data") and first is None:
                first = time.perf_counter() - click
            if kind == "error":
                raise SystemExit(f"a cell failed: {message['content']['evalue']}")

        for cell in json.loads(line):
            client.execute_interactive(cell, output_hook=output, timeout=120)
        end = time.perf_counter() - click
        print(json.dumps({"first": end if first is None else first, "end": end}), flush=True)
finally:
    client.stop_channels()
    manager.shutdown_kernel(now=True)
