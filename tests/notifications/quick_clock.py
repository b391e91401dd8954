"""The portal's clock, each job once a second."""

from clx20.celery import app

app.conf.beat_schedule = {name: {**row, "schedule": 1} for name, row in app.conf.beat_schedule.items()}
