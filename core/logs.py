"""Log lines: one JSON object each, so that user text cannot forge a line."""

import json
import logging
from datetime import UTC, datetime


class JsonLine(logging.Formatter):
    """Formats a record as one line of JSON: time, level, logger, message, and a trace if there is one."""

    def format(self, record):
        """Return the line for ``record``."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=True)
