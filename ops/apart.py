"""A pytest plugin (``-p ops.apart``): parallel test processes share neither files nor a Redis database.

It is read before the settings, so it can still change the environment they are made from.
"""

import os
from pathlib import Path

_number = os.environ.get("PYTEST_XDIST_WORKER", "").removeprefix("gw")
if _number.isdigit():
    if os.environ.get("REDIS_URL"):
        _server, _, _database = os.environ["REDIS_URL"].rpartition("/")
        os.environ["REDIS_URL"] = f"{_server}/{int(_database or 0) + 1 + int(_number)}"
    if os.environ.get("DATA_DIR"):
        os.environ["DATA_DIR"] = str(Path(os.environ["DATA_DIR"]) / f"process-{_number}")
        Path(os.environ["DATA_DIR"]).mkdir(parents=True, exist_ok=True)
