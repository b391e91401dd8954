"""What can be proved about a real installation without a container engine."""

import os
import re
import shlex
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
import yaml

from ops.environment import ROOT
from ops.processes import Program, free_port, stop, wait_until
from ops.test import names_of_the_settings

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"] == "clx20-portal"}
DOCKERFILE = (ROOT / "Dockerfile").read_text()
VARIABLE = re.compile(r"\$\{([A-Z_]+)(?::[?-]([^}]*))?\}")
SECRETS = {"SECRET_KEY", "POSTGRES_PASSWORD", "EMAIL_URL"}
FILLED_IN = {
    "SECRET_KEY": "a-key-that-this-test-made-up-and-that-is-long-enough-for-the-checks-of-django",
    "SITE_URL": "https://portal.example.org",
    "ALLOWED_HOSTS": "portal.example.org",
    "EMAIL_URL": "smtp://127.0.0.1:2525",
    "DEFAULT_FROM_EMAIL": "portal@example.org",
    "MAIL_DOMAIN": "portal.example.org",
    "POSTGRES_PASSWORD": "unused",
    "LOG_LEVEL": "INFO",
}


def variables_of_the_image():
    """Return what the Dockerfile sets for the running portal."""
    block = re.search(r"^ENV (.+?[^\\])$", DOCKERFILE, re.MULTILINE | re.DOTALL)[1]
    return dict(pair.split("=", 1) for pair in block.replace("\\\n", " ").split())


def test_it_has_the_six_parts_a_migration_and_a_place_for_files():
    assert set(SERVICES) == {"web", "worker", "beat", "migrate", "database", "redis"}
    assert set(OURS) == {"web", "worker", "beat", "migrate"}
    assert set(COMPOSE["volumes"]) == {"database", "files"}
    assert {tuple(service["volumes"]) for service in OURS.values()} == {("files:/data",)}


def test_every_lasting_part_has_a_health_check():
    assert {name for name, service in SERVICES.items() if "healthcheck" not in service} == {"migrate"}


def test_nothing_starts_before_the_database_is_migrated():
    for name in ("web", "worker", "beat"):
        assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_each_variable_is_one_that_the_settings_read():
    read = names_of_the_settings()
    assert {name for service in OURS.values() for name in service["environment"]} - read == set()
    of_python = {"PATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"}
    assert set(variables_of_the_image()) - read == of_python


def test_no_secret_stands_in_the_file_and_none_may_be_missing():
    text = (ROOT / "docker-compose.yml").read_text()
    for name in SECRETS:
        assert re.findall(rf"\$\{{{name}(?!:\?)", text) == [], f"{name} may be missing"
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            if name in SECRETS:
                assert VARIABLE.fullmatch(value)


def test_the_example_names_exactly_what_is_asked_for():
    asked = {name for name, _ in VARIABLE.findall((ROOT / "docker-compose.yml").read_text())}
    offered = re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert sorted(offered) == sorted(asked)


def test_the_image_runs_as_a_plain_user():
    assert re.findall(r"^USER (\S+)$", DOCKERFILE, re.MULTILINE)[-1] == "portal"


# --- Each command is started against real servers --------------------------------------------------------------------


class Installation:
    """The services of the compose file on this machine: same commands, same variables, other addresses."""

    def __init__(self, folder, *, database, redis):
        self.folder, self.port = folder, free_port()
        self.addresses = {
            "postgres://portal:unused@database:5432/portal": database,
            "redis://redis:6379/0": redis,
            "/data": str(folder),
            "0.0.0.0": "127.0.0.1",
            "--port 8000": f"--port {self.port}",
        }

    def translate(self, text):
        """Fill in the variables and put this machine's addresses in."""
        text = VARIABLE.sub(lambda found: FILLED_IN[found[1]], text)
        for there, here in self.addresses.items():
            text = text.replace(there, here)
        return text

    def environment(self, name, **more):
        """Return the variables of a service; nothing of the caller's shell but the path and the home."""
        own = {key: self.translate(value) for key, value in SERVICES[name]["environment"].items()}
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        return {"PATH": path, "HOME": str(self.folder), "PORT": str(self.port), **own, **more}

    def command(self, name):
        """Return the command of a service as a list."""
        return shlex.split(self.translate(SERVICES[name]["command"]))

    def run(self, name, command, **more):
        """Run to the end and return what happened."""
        return subprocess.run(
            command,
            env=self.environment(name, **more),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    def start(self, name, **more):
        """Start and leave running."""
        log = self.folder / f"{name}.log"
        return Program(name, self.command(name), log=log, environment=self.environment(name, **more), folder=ROOT)

    def is_healthy(self, name):
        """Run the health check of the service as the file has it."""
        kind, *command = SERVICES[name]["healthcheck"]["test"]
        assert kind == "CMD"
        return self.run(name, command).returncode == 0


@pytest.fixture(scope="module")
def installation(tmp_path_factory, servers, empty_database):
    """Return an installation whose database was migrated by its own command."""
    place = Installation(tmp_path_factory.mktemp("data"), database=empty_database, redis=servers["REDIS_URL"])
    done = place.run("migrate", place.command("migrate"))
    assert done.returncode == 0, done.stderr
    return place


def fetch(installation, path):
    """Ask the web server as the proxy would."""
    asked = urllib.request.Request(
        f"http://127.0.0.1:{installation.port}{path}",
        headers={"Host": "portal.example.org", "X-Forwarded-Proto": "https"},
    )
    with urllib.request.urlopen(asked, timeout=30) as answer:
        return answer.status, answer.read().decode(errors="replace")


@pytest.mark.postgres
@pytest.mark.slow
@pytest.mark.xdist_group("installation")
def test_web_is_healthy_and_serves_its_collected_files(installation):
    image = {name: value for name, value in variables_of_the_image().items() if name.startswith("STATIC")}
    image["STATIC_ROOT"] = str(installation.folder / "collected")
    done = installation.run("web", ["python", "manage.py", "collectstatic", "--noinput", "--verbosity", "0"], **image)
    assert done.returncode == 0, done.stderr

    web = installation.start("web", **image)
    try:
        assert wait_until(lambda: installation.is_healthy("web"), seconds=60), web.last_lines()
        status, page = fetch(installation, "/")
        assert status == 200
        files = re.findall(r'(?:href|src)="(/static/[^"#]+)', page)
        assert [path for path in files if re.search(r"\.[0-9a-f]{12}\.(css|js|svg|woff2|png|ico)$", path)] == files
        assert files
        assert {fetch(installation, path)[0] for path in files} == {200}
        assert fetch(installation, "/live")[0] == 200
    finally:
        stop([web])
    assert not installation.is_healthy("web")


@pytest.mark.postgres
@pytest.mark.slow
@pytest.mark.xdist_group("installation")
def test_worker_and_beat_are_healthy_and_the_clock_ticks(installation):
    programs = [installation.start("worker"), installation.start("beat")]
    try:
        for program in programs:
            assert wait_until(lambda name=program.name: installation.is_healthy(name), seconds=90), program.last_lines()
        seen = "from core.models import Heartbeat; print(Heartbeat.objects.count())"
        count = ["python", "manage.py", "shell", "--verbosity", "0", "-c", seen]
        assert wait_until(lambda: installation.run("worker", count).stdout.strip() == "1", seconds=120)
    finally:
        stop(programs, patience=30)
    assert not installation.is_healthy("worker")


@pytest.mark.postgres
@pytest.mark.slow
@pytest.mark.xdist_group("installation")
def test_settings_are_fit_for_a_public_address(installation):
    done = installation.run("web", ["python", "manage.py", "check", "--deploy", "--fail-level", "WARNING"])
    assert done.returncode == 0, done.stderr
    missing = {**installation.environment("web")}
    del missing["SECRET_KEY"]
    refused = subprocess.run(
        ["python", "manage.py", "check"], env=missing, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert "Set the SECRET_KEY environment variable" in refused.stderr
