"""Write the locks anew: every package with its hashes, for every platform, without the address of an index."""

import subprocess
import sys

from ops.environment import LOCKS, VENV
from ops.terminal import step

COMPILE = [str(VENV / "bin" / "uv"), "pip", "compile", "--quiet"]
COMPILE += ["--universal", "--generate-hashes", "--python-version", "3.11"]
COMPILE += ["--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"]


def main(extra: list[str]) -> None:
    """Compile base first; dev takes its versions from it. ``--upgrade`` asks for newer versions."""
    for name in ("base", "dev", "bootstrap"):
        bounds = ["-c", "base.txt"] if name == "dev" else []
        with step(f"lock {name}"):
            subprocess.run(
                [*COMPILE, *extra, *bounds, f"{name}.in", "-o", f"{name}.txt"],
                cwd=LOCKS,
                check=True,
            )


if __name__ == "__main__":
    main(sys.argv[1:])
