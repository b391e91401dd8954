"""A whole story through the API, with nothing but the published schema and the standard library.

A member registers for a meeting, waits for a seat on a full study visit and is let in, writes a practice that a
curator sends back and then publishes; another region marks interest; an action cites the practice; the learning
trail shows the chain.

    python docs/examples/story.py http://localhost:8000 tokens.json

``tokens.json`` holds one personal token for each part: ``{"member": "clx_…", "curator": "clx_…", "seated": ["clx_…"],
"taker": "clx_…", "planner": "clx_…"}``. Make them on the page "Tokens for programs".
"""

import json
import sys
import urllib.error
import urllib.request
from datetime import UTC, datetime
from pathlib import Path


class Portal:
    """One person's view of the API. Every call is checked against the OpenAPI description first."""

    def __init__(self, address, token, schema=None):
        self.address, self.token = address.rstrip("/"), token
        self.schema = schema or self.send("GET", "/api/v1/schema/?format=json")

    def send(self, method, path, body=None, etag=""):
        """Send one request; return the JSON answer with its ETag under ``"etag"``. Print refusals and stop."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        headers["Accept"] = "application/json, application/vnd.oai.openapi+json"
        if etag:
            headers["If-Match"] = etag
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.address + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request) as response:
                answer = json.loads(response.read() or b"null")
                if isinstance(answer, dict):
                    answer["etag"] = response.headers.get("ETag", "")
                return answer
        except urllib.error.HTTPError as error:
            raise SystemExit(f"{method} {path}: {error.code} {error.read().decode()}") from None

    def call(self, method, template, body=None, *, etag="", **values):
        """Call an operation of the schema: ``template`` is its path there, ``values`` fill it."""
        path = template.split("?")[0]
        if method.lower() not in self.schema["paths"].get(path, {}):
            raise SystemExit(f"The schema does not know {method} {path}.")
        return self.send(method, template.format(**values), body, etag)

    def as_person(self, token):
        """Return the portal seen by the owner of another token."""
        return Portal(self.address, token, self.schema)


def main(address, tokens):
    """Play the story; print each step; return what it made."""
    member = Portal(address, tokens["member"])
    curator = member.as_person(tokens["curator"])
    meeting = go_to_the_meeting(member)
    visit = wait_for_a_seat(member, meeting, [member.as_person(token) for token in tokens["seated"]])
    practice = write_a_practice(member, curator)
    transfer = take_it_over(member.as_person(tokens["taker"]), practice)
    action = plan_an_action(member.as_person(tokens["planner"]), practice)
    trail = member.call("GET", f"/api/v1/trail/?kind=practice&id={practice}")["stations"]
    print("the trail:", " → ".join(f"{station['stage']} {station['title']}" for station in trail))
    return {"meeting": meeting, "visit": visit, "practice": practice, "transfer": transfer, "action": action,
            "trail": trail}  # fmt: skip


def go_to_the_meeting(member):
    """Register for the next meeting that is open; return its number."""
    meetings = member.call("GET", "/api/v1/meetings/?state=open&page_size=100")["results"]
    now = datetime.now(UTC).isoformat()
    meeting = min((m for m in meetings if m["starts_at"] > now), key=lambda m: m["starts_at"])
    member.call("POST", "/api/v1/meetings/{id}/register/", {"note": "Arrives by train"}, id=meeting["id"])
    print(f"registered for {meeting['title']}")
    return meeting["id"]


def wait_for_a_seat(member, meeting, seated):
    """Sign up for a full visit and be let in once people with seats withdraw; return the visit's number."""
    visits = member.call("GET", f"/api/v1/visits/?meeting={meeting}")["results"]
    visit = next(v for v in visits if v["seats"] is not None and v["taken_count"] >= v["seats"])
    member.call("POST", "/api/v1/visits/{id}/sign-up/", {}, id=visit["id"])
    print(f"signed up for {visit['title']}: {my_sign_up(member, visit)}")
    for person in seated:
        if my_sign_up(member, visit) != "confirmed":
            person.call("POST", "/api/v1/visits/{id}/withdraw/", id=visit["id"])
            print(f"somebody withdraws: {my_sign_up(member, visit)}")
    return visit["id"]


def my_sign_up(member, visit):
    """Return the state of the own sign-up."""
    return member.call("GET", "/api/v1/visits/{id}/", id=visit["id"])["my_sign_up"]["state"]


def write_a_practice(member, curator):
    """Write, submit, be sent back, improve, be accepted and published; return the practice's number."""
    me = member.call("GET", "/api/v1/me/")["person"]
    organisation = me["memberships"][0]["organisation"]
    region = member.call("GET", "/api/v1/organisations/{id}/", id=organisation)["region"]["id"]
    form = next(f for f in member.call("GET", "/api/v1/practice-forms/")["results"] if f["is_current"])
    own = {"title", "summary"}
    texts = {f["name"]: "A first text." for f in form["fields_of_form"] if f["is_required"] and f["name"] not in own}
    draft = {
        "title": "Test days in the workshop", "summary": "Firms try machines.", "texts": texts, "scope": "regional",
        "organisation": organisation, "region": region, "start_date": "2026-01-01", "is_ongoing": True,
    }  # fmt: skip
    practice = member.call("POST", "/api/v1/practices/", draft)
    pk = practice["id"]
    member.call("POST", "/api/v1/practices/{id}/submit-practice/", id=pk)
    curator.call("POST", "/api/v1/practices/{id}/send-back-practice/", {"comment": "Who pays for it?"}, id=pk)
    practice = member.call("GET", "/api/v1/practices/{id}/", id=pk)
    print(f"the practice is {practice['state']}")
    change = {"summary": "Firms try machines. The region pays."}
    member.call("PATCH", "/api/v1/practices/{id}/", change, etag=practice["etag"], id=pk)
    member.call("POST", "/api/v1/practices/{id}/submit-practice/", id=pk)
    curator.call("POST", "/api/v1/practices/{id}/accept-practice/", {"comment": "Thank you."}, id=pk)
    done = curator.call("POST", "/api/v1/practices/{id}/publish-practice/", {"visibility": "public"}, id=pk)
    print(f"the practice is {done['state']}")
    return pk


def take_it_over(taker, practice):
    """Mark interest for the own region; return the transfer's number."""
    me = taker.call("GET", "/api/v1/me/")["person"]
    organisation = taker.call("GET", "/api/v1/organisations/{id}/", id=me["memberships"][0]["organisation"])
    body = {"practice": practice, "region": organisation["region"]["id"], "what": "The test days"}
    transfer = taker.call("POST", "/api/v1/transfers/", body)
    print(f"{organisation['region']['name']} is interested")
    return transfer["id"]


def plan_an_action(planner, practice):
    """Add an action to a plan and cite the practice; return the action's number."""
    plans = planner.call("GET", "/api/v1/action-plans/?page_size=100")["results"]
    plan = next(p for p in plans if p["state"] != "closed" and p["instrument"])
    action = planner.call("POST", "/api/v1/actions/", {"plan": plan["id"], "title": "Offer test days"})
    planner.call("POST", "/api/v1/actions/{id}/add-source/", {"practice": practice}, id=action["id"])
    print(f"the plan {plan['title']} cites the practice")
    return action["id"]


if __name__ == "__main__":
    main(sys.argv[1], json.loads(Path(sys.argv[2]).read_text(encoding="utf-8")))
