"""Health of a running program, asked from inside its container: ``python -m ops.healthy web`` or ``beat``."""

import os
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

DATA = Path(os.environ.get("DATA_DIR", "var"))
PATIENCE = 600  # seconds; beat writes its table of times every three minutes


def web() -> bool:
    """Ask the web server whether it is ready, under the first name it answers to."""
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0]
    asked = urllib.request.Request(f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/ready", headers={"Host": host})
    try:
        with urllib.request.urlopen(asked, timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def beat() -> bool:
    """Look whether the clock has written its table lately."""
    return any(time.time() - table.stat().st_mtime < PATIENCE for table in DATA.glob("clock*"))


if __name__ == "__main__":
    sys.exit(0 if {"web": web, "beat": beat}[sys.argv[1]]() else 1)
