"""Warm figures count only if a change shows at once, to whom it may, while the portal is under load."""

import http.client
import json
import threading
import time

LIST = "/api/v1/meetings/?page_size=50"
ASKS = 20  # new connections after a change, so that each worker is asked


def check(port, facts, load):
    """Edit a row in the middle of a warm run; stop the bench where an answer is stale or another's.

    A public meeting of the first page is renamed and closed to guests: each next answer of its member must
    carry the new name, each next answer of a guest must neither name it nor list it. ``load`` runs meanwhile.
    """
    member, guest = f"Bearer {facts['token']}", f"Bearer {facts['guest']}"
    chosen = next(row for row in _list(port, guest) if row["visibility"] == "public")
    if chosen["title"] not in {row["title"] for row in _list(port, member)}:
        raise SystemExit("The member does not see the public meeting that the guest sees.")
    running = [threading.Thread(target=load, args=({"Authorization": who},)) for who in (member, guest)]
    for thread in running:
        thread.start()
    time.sleep(0.5)
    word = f"Changed {time.monotonic_ns()}"
    _change(port, chosen["id"], {"title": word, "visibility": "partnership"}, f"Bearer {facts['writer']}")
    faults = {fault for _ in range(ASKS) for fault in _faults(port, word, chosen["id"], (member, guest))}
    for thread in running:
        thread.join()
    if faults:
        raise SystemExit("\n".join(sorted(faults)))
    return f"a change showed at once in {ASKS} of {ASKS} answers, and in none of another role"


def _faults(port, word, pk, readers):
    member, guest = (_list(port, reader) for reader in readers)
    if word not in {row["title"] for row in member}:
        yield "A kept answer was stale: the change did not show."
    if pk in {row["id"] for row in guest} or word in {row["title"] for row in guest}:
        yield "A kept answer showed a guest what only members may see."


def _list(port, who):
    status, _headers, body = _ask(port, "GET", LIST, {"Authorization": who})
    if status != 200:
        raise SystemExit(f"{LIST} answered {status}")
    return json.loads(body)["results"]


def _change(port, pk, data, who):
    address = f"/api/v1/meetings/{pk}/"
    _status, headers, _body = _ask(port, "GET", address, {"Authorization": who})
    sent = {"Authorization": who, "If-Match": headers["ETag"], "Content-Type": "application/json"}
    status, _headers, body = _ask(port, "PATCH", address, sent, json.dumps(data))
    if status != 200:
        raise SystemExit(f"{address} answered {status}: {body[:300]}")


def _ask(port, method, path, headers, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, body=body, headers=headers)
        response = connection.getresponse()
        return response.status, response.headers, response.read()
    finally:
        connection.close()
