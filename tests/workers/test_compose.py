"""The compose file, without a Docker: its parts fit one another, the product's settings and nginx's site."""

import os
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from presence.hub.pace import Pace
from tests.browser.clerk import ROOT
from webclient.management.commands.nginx_config import Command
from webclient.nginx import socket_path

DEPLOY = ROOT / "deploy"
Service = dict[str, Any]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    with (DEPLOY / "compose.yaml").open() as file:
        return dict(yaml.safe_load(file))


@pytest.fixture(scope="module")
def services(compose: dict[str, Any]) -> dict[str, Service]:
    return dict(compose["services"])


@pytest.fixture(scope="module")
def workers(services: dict[str, Service]) -> dict[str, Service]:
    return {name: service for name, service in services.items() if name.startswith("worker-")}


def mounts(service: Service) -> dict[str, str]:
    """Where in the container -> which volume or path of the machine."""
    split = [re.match(r"(\$\{[^}]*\}|[^:]+):([^:]+)(:ro)?$", volume) for volume in service["volumes"]]
    return {found[2]: found[1] for found in split if found}


def site_arguments(services: dict[str, Service]) -> dict[str, Any]:
    """How the step before the workers calls `nginx_config`."""
    [line] = services["prepare"]["command"]
    words = shlex.split(line.split("manage.py nginx_config")[1].split(">")[0])
    return vars(Command().create_parser("manage.py", "nginx_config").parse_args(words))


def test_every_service_is_an_image_that_is_pinned_or_built_here(services: dict[str, Service]) -> None:
    for name, service in services.items():
        if "build" in service:
            assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).is_file()
        else:
            assert re.fullmatch(r"[a-z]+:[0-9.]+-bookworm", service["image"]), name


def test_what_one_waits_for_is_there_and_can_be_waited_for(services: dict[str, Service]) -> None:
    for service in services.values():
        for other, wish in service.get("depends_on", {}).items():
            assert other in services
            if wish["condition"] == "service_healthy":
                assert "healthcheck" in services[other]
            else:
                assert "restart" not in services[other], "it would never be completed"


def test_every_volume_is_declared_and_used(compose: dict[str, Any], services: dict[str, Service]) -> None:
    named = {source for service in services.values() if "volumes" in service for source in mounts(service).values()}
    assert {source for source in named if re.fullmatch(r"[a-z]+", source)} == set(compose["volumes"])


def test_workers_get_settings_that_the_product_knows(services: dict[str, Service]) -> None:
    settings = (ROOT / "webclient/settings.py").read_text()
    known = {*re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', settings), "SOCKET"}
    for name in ("prepare", "worker-1", "worker-2"):
        assert set(services[name]["environment"]) <= known


def test_each_worker_listens_where_nginx_looks_for_it(
    services: dict[str, Service], workers: dict[str, Service]
) -> None:
    site = site_arguments(services)
    assert site["workers"] == len(workers)
    for number, service in enumerate(workers.values(), start=1):
        assert service["environment"]["SOCKET"] == str(socket_path(site["sockets"], number))
        assert mounts(service)[str(site["sockets"])] == mounts(services["nginx"])[str(site["sockets"])]


def test_nginx_reads_what_the_step_before_has_written(services: dict[str, Service]) -> None:
    nginx, prepare = mounts(services["nginx"]), mounts(services["prepare"])
    dockerfile = (DEPLOY / "Dockerfile").read_text()
    static = re.search(r"STATIC_DIR=(\S+)", dockerfile)
    assert static is not None
    assert nginx[static[1]] == prepare[static[1]]
    written_to = re.search(r"> (\S+)/lampfield\.conf", services["prepare"]["command"][0])
    assert written_to is not None
    assert prepare[written_to[1]] == nginx["/etc/nginx/conf.d"]
    assert (DEPLOY / nginx["/etc/nginx/nginx.conf"]).is_file()
    site = site_arguments(services)
    assert {str(site["certificate"].parent), str(site["key"].parent)} <= set(nginx)


def test_a_worker_has_the_time_to_drain(workers: dict[str, Service]) -> None:
    for service in workers.values():
        grace = int(service["stop_grace_period"].removesuffix("s"))
        assert grace > float(service["environment"]["DRAIN_SECONDS"]) > Pace().heal


def test_the_image_holds_what_it_names() -> None:
    copied = re.findall(r"^COPY (\S+) ", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    left_out = (DEPLOY / "Dockerfile.dockerignore").read_text().split()
    assert all((ROOT / source).exists() for source in copied)
    for needed in ("deploy", "locale", "manage.py", "presence", "scripts", "static", "templates", "webclient"):
        assert needed not in left_out
        assert (ROOT / needed).exists()


def test_the_rolling_restart_waits_for_each_worker(workers: dict[str, Service], tmp_path: Path) -> None:
    asked = tmp_path / "asked"
    (tmp_path / "docker").write_text(f'#!/bin/sh\necho "$@" >>{asked}\n')
    (tmp_path / "docker").chmod(0o755)
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    subprocess.run([DEPLOY / "compose_restart.sh"], check=True, env=environment)
    lines = asked.read_text().splitlines()
    assert [line.split()[-1] for line in lines] == list(workers)
    assert all({"compose", "up", "--wait", "--force-recreate"} <= set(line.split()) for line in lines)
