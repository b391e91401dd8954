#!/usr/bin/env python
"""The operator's door: run ``python manage.py help`` for its verbs."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clx20.settings")
    execute_from_command_line(sys.argv)
