"""Takes the figures of one Jupyter kernel through jupyter_client, and prints them as one line of JSON.

usage: jupyter-kernel.py KERNEL_ARGV_JSON CELLS_JSON
       CELLS_JSON: {"first": code, "one": code, "lines": code, "runs": number of round trips}
"""

import json
import os
import statistics
import sys
import tempfile
import time

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

argv, cells = json.loads(sys.argv[1]), json.loads(sys.argv[2])


def wait_idle(client, message_id, deadline):
    """Milliseconds are the caller's: returns the printed characters once the kernel is idle again."""
    printed = 0
    while True:
        message = client.get_iopub_msg(timeout=deadline)
        if message["parent_header"].get("msg_id") != message_id:
            continue
        if message["msg_type"] == "stream":
            printed += len(message["content"]["text"])
        if message["msg_type"] == "error":
            raise RuntimeError(" ".join(message["content"]["traceback"]))
        if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
            return printed


def timed(client, code, deadline=60):
    started = time.perf_counter()
    printed = wait_idle(client, client.execute(code, store_history=False), deadline)
    return (time.perf_counter() - started) * 1000, printed


with tempfile.TemporaryDirectory() as folder:
    spec = os.path.join(folder, "peer")
    os.mkdir(spec)
    with open(os.path.join(spec, "kernel.json"), "w") as file:
        json.dump({"argv": argv, "display_name": "peer", "language": "x"}, file)
    specs = KernelSpecManager(kernel_dirs=[folder], ensure_native_kernel=False)
    manager = KernelManager(kernel_name="peer", kernel_spec_manager=specs)
    started = time.perf_counter()
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        timed(client, cells["first"])
        start = (time.perf_counter() - started) * 1000
        trips = [timed(client, cells["one"])[0] for _ in range(cells["runs"])]
        try:
            lines, printed = timed(client, cells["lines"], deadline=15)
        except Exception:  # some lose output, and never say that they are idle
            lines, printed = None, None
        figures = {
            "start": start,
            "roundTrip": statistics.median(trips),
            "lines": lines,
            "printed": printed,
        }
        print(json.dumps(figures))
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
