# Runs a command and writes what it and its descendants took into a file, as JSON: measured.py RESULT PROGRAM ARGUMENT...
# Linux: they are looked at in /proc while they run, since not every program waits for those that it starts.
import json
import os
import subprocess
import sys
import time

ticks = os.sysconf("SC_CLK_TCK")


def look(own, known):
    """CPU seconds and peak of resident memory in bytes of each descendant that is there now."""
    parents = {}
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/stat") as stat:
                fields = stat.read().rpartition(")")[2].split()
            with open(f"/proc/{name}/status") as status:
                peak = next((line.split()[1] for line in status if line.startswith("VmHWM")), "0")
        except OSError:
            continue
        parents[int(name)] = (int(fields[1]), (int(fields[11]) + int(fields[12])) / ticks, int(peak) * 1024)
    for pid, (parent, seconds, peak) in parents.items():
        above = parent
        while above not in (own, 0) and above not in known:
            above = parents.get(above, (0,))[0]
        if pid in known or above != 0:
            known[pid] = (max(seconds, known.get(pid, (0, 0))[0]), max(peak, known.get(pid, (0, 0))[1]))


began = time.monotonic()
running = subprocess.Popen(sys.argv[2:])
known = {}
while True:
    look(os.getpid(), known)
    try:
        running.wait(0.2)
        break
    except subprocess.TimeoutExpired:
        pass
seconds = time.monotonic() - began
with open(sys.argv[1], "w") as result:
    json.dump(
        {
            "status": running.returncode,
            "seconds": seconds,
            "cpuSeconds": sum(cpu for cpu, _ in known.values()),
            "peakRssBytes": max(peak for _, peak in known.values()),
        },
        result,
    )
