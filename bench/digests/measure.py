"""One measurement in one fresh process: ``python -m bench.digests.measure WHAT [LETTERS]`` prints it as JSON."""

import json
import os
import resource
import smtplib
import sys
import time
from contextlib import contextmanager

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clx20.settings")
django.setup()

from django.db import connection
from django.utils import timezone

from bench.digests import limit
from notifications import delivery, digests, mailing, rendering
from notifications.models import Letter
from notifications.registry import Content, one_round

ALL = 10**9


class _Counter:
    """Counts the questions that go to the database."""

    count = 0

    def __call__(self, execute, *args):
        self.count += 1
        return execute(*args)


@contextmanager
def _counted():
    counter = _Counter()
    with connection.execute_wrapper(counter):
        yield counter


def _due():
    return Letter.objects.filter(kind=digests.KIND, state="queued").order_by("pk")


def rate(_letters):
    """Plan, compose and render all digests; then render the same words by the limit, in the same process."""
    start = time.process_time()
    planned = digests.plan_digests(timezone.now())
    plan = time.process_time() - start
    now, written = timezone.now(), []
    start = time.process_time()
    for letter in _due().select_related("person__letter_settings", "content_type").iterator(chunk_size=500):
        with rendering.in_the_way_of(letter.person):
            written.append((letter, delivery.write(letter, now)))
    compose = time.process_time() - start
    if planned != len(written) or not all(isinstance(content, Content) for _letter, content in written):
        raise SystemExit("Not every digest was written.")
    start = time.process_time()
    for letter, content in written:
        with rendering.in_the_way_of(letter.person):
            rendering.render(content, letter.person, kind=letter.kind)
    render = time.process_time() - start
    return {
        "all": planned / (plan + compose + render),
        "plan": planned / plan,
        "compose": planned / compose,
        "render": planned / render,
        "limit": planned / _limit(written),
        "lines": sum(len(rows) for _letter, content in written for _title, rows in content.sections) / planned,
    }


def _limit(written):
    """Return the seconds of computing that the limit takes; ends the run where it does not say the same."""
    words = []
    for letter, content in written:
        with rendering.in_the_way_of(letter.person):
            words.append(rendering.words_of(content, letter.person, kind=letter.kind))
            if not words[1:]:
                mine = rendering.render(content, letter.person, kind=letter.kind)
    if not limit.is_equal((mine.text, mine.html), limit.letter(words[0])):
        raise SystemExit("The limit does not say what the portal says.")
    start = time.process_time()
    for each in words:
        limit.letter(each)
    return time.process_time() - start


def sink(_letters):
    """Send all digests to the mail server of the settings; then the last one's bytes as often, and nothing else."""
    digests.plan_digests(timezone.now())
    start = time.monotonic()
    sent = delivery.drain(limit=ALL, seconds=ALL)["sent"]
    took = time.monotonic() - start
    letter = Letter.objects.filter(kind=digests.KIND, state="sent").select_related("person").last()
    rendered = rendering.Rendered(letter.subject, letter.text, letter.html)
    sealed = mailing.seal(rendering.message(letter, rendered, connection=None))
    return {"rate": sent / took, "sent": sent, "limit": sent / _wire(sealed, sent)}


def _wire(sealed, count):
    from django.conf import settings

    start = time.monotonic()
    with smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT) as server:
        for _ in range(count):
            server.sendmail(sealed.sender, [sealed.recipient], sealed.raw)
    return time.monotonic() - start


def memory(letters):
    """Plan for everybody, write at most ``letters`` digests, as the clock's task does; return the peak."""
    digests.plan_digests(timezone.now())
    ends = delivery.drain(limit=letters, seconds=ALL)
    return {"megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "sent": ends["sent"]}


def queries(_letters):
    """Return how many questions the database is asked to plan and to write all digests, without sending."""
    with _counted() as planning:
        planned = digests.plan_digests(timezone.now())
    now = timezone.now()
    with _counted() as writing:
        for letter in _due().select_related("person__letter_settings", "content_type").iterator(chunk_size=500):
            with rendering.in_the_way_of(letter.person):
                rendering.render(delivery.write(letter, now), letter.person, kind=letter.kind)
    return {"planning": planning.count, "writing": writing.count, "letters": planned}


if __name__ == "__main__":
    measure = {each.__name__: each for each in (rate, sink, memory, queries)}[sys.argv[1]]
    with one_round():
        print(json.dumps(measure(int(sys.argv[2]) if len(sys.argv) > 2 else ALL)))
