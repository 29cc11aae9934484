"""run.py OUTPUT [PEER...]: measures the peers one after the other and writes their figures as lines of JSON."""

import os
import signal
import sys

import servers
from figures import Figures

if __name__ == "__main__":
    # The peers' own switches against usage reports.
    os.environ["DBOS__CLOUD"] = "false"
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    output, wanted = sys.argv[1], sys.argv[2:] or ["taskiq", "dbos"]
    open(output, "w").close()
    for peer in wanted:
        with servers.folder() as root:
            try:
                __import__(f"{peer}_bench").measure(Figures(output), root)
            except BaseException:
                for name in sorted(os.listdir(root)):
                    if name.endswith(".log"):
                        with open(os.path.join(root, name), errors="replace") as log:
                            sys.stderr.write(f"{name}: ..." + log.read()[-2000:] + "\n")
                raise
