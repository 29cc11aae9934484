"""The work of every peer; shoal-bench does the same through one broker."""

STEPS = 10  # no-op steps of a workflow
WORKFLOWS = {"dbos": 100, "dbos-sqlite": 60, "taskiq": 400}  # so that a run takes seconds with each
RUNS = 5
HANDOFFS = 150  # samples, after WARM_UP
WARM_UP = 20
HANDOFF_PACE = 0.02  # seconds between messages, whatever became of the last
WAIT = 0.1  # seconds that a stage waits, as for a model
SLOTS = 4  # stages at a time in one worker
STAGES_OF_WORKER = 200  # stages for each worker, so a run takes 5 s where nothing but the wait counts
SCALE_RUNS = 3
