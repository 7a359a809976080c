"""The process of one contender: `python3 PEER.py CASE CONTEXT`, then a JSON line for each question and answer.

A case is a class with `run`, and where it needs them `prepare` and `check`; only `run` is timed, in here, so that
the start of the interpreter and the pipe do not count.
"""

import json
import resource
import sys
import time


class Case:
    def __init__(self, size, folder, shared):
        self.size = size
        self.folder = folder
        self.shared = shared

    def prepare(self):
        pass

    def run(self):
        raise NotImplementedError

    def check(self):
        pass


def expect_equal(what, found, expected):
    if found != expected:
        raise AssertionError(f"{what} is {found!r}, not {expected!r}")


def serve(cases):
    name, context = sys.argv[1:]
    context = json.loads(context)
    case = cases[name](context["size"], context["folder"], context["shared"])
    for line in sys.stdin:
        action = json.loads(line)["do"]
        reply = {}
        try:
            if action == "load":
                pass  # all imports are done
            elif action == "prepare":
                case.prepare()
            elif action == "run":
                processor = time.process_time()
                start = time.perf_counter()
                result = case.run()
                ms = (time.perf_counter() - start) * 1000
                reply = {"ms": ms, "cpu": (time.process_time() - processor) * 1000, **(result or {})}
            elif action == "check":
                case.check()
            elif action == "peak":
                reply = {"mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}
            else:
                return
        except Exception as error:
            reply = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), flush=True)
