"""The site of nginx for this installation, from the file that is shipped: deploy/nginx/lampfield.conf."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template

from django.conf import settings

_TEMPLATE = settings.BASE_DIR / "deploy/nginx/lampfield.conf"
_WATCHED = ("metrics", "livez", "readyz")


class _Site(Template):
    """nginx has its own use for the dollar sign."""

    delimiter = "@"


@dataclass(frozen=True, slots=True)
class Site:
    """`listen`, `watch_listen`: an address or a port, as nginx takes them. `certificate`: it and its key, or none."""

    workers: int
    sockets: Path  # the folder of the workers' sockets
    server_name: str
    listen: str = "80"
    watch_listen: str = "127.0.0.1:8081"
    certificate: tuple[Path, Path] | None = None

    def text(self) -> str:
        return _Site(_TEMPLATE.read_text()).substitute(
            workers=_indented([self._upstream(path) for path in self.paths()], 4),
            watched=_indented([line for number in range(1, self.workers + 1) for line in self._watched(number)], 4),
            redirect=_redirect(self.server_name) if self.certificate else "",
            listen=_indented(self._listen(), 4),
            server_name=self.server_name,
            static=settings.STATIC_ROOT,
            watch_listen=self.watch_listen,
            own_host=own_host(),
        )

    def paths(self) -> list[Path]:
        return [socket_path(self.sockets, number) for number in range(1, self.workers + 1)]

    def _upstream(self, path: Path) -> str:
        """Never left alone for its failures: a socket that is gone says so at once.

        A worker that all come back to refuses some handshakes, and nginx would refuse the rest, and every form.
        """
        return f"server {_address(path)} max_fails=0;"

    def _listen(self) -> Sequence[str]:
        if self.certificate is None:
            return [f"listen {self.listen};"]
        certificate, key = self.certificate
        return [
            f"listen {self.listen} ssl http2;",
            f"ssl_certificate {certificate};",
            f"ssl_certificate_key {key};",
            "ssl_protocols TLSv1.2 TLSv1.3;",
            "ssl_session_cache shared:lampfield_tls:10m;",
            "ssl_session_timeout 1d;",
        ]

    def _watched(self, number: int) -> Sequence[str]:
        worker = _address(socket_path(self.sockets, number))
        return [f"location = /workers/{number}/{what} {{ proxy_pass http://{worker}:/{what}; }}" for what in _WATCHED]


def socket_path(folder: Path, number: int) -> Path:
    """Where the worker of this number listens, counted from 1."""
    return folder / f"{number}.sock"


def own_host() -> str:
    """A name that this installation answers to, for who asks a worker directly."""
    first = settings.ALLOWED_HOSTS[0].lstrip(".") if settings.ALLOWED_HOSTS else ""
    return first if first and first != "*" else "localhost"


def _address(path: Path) -> str:
    return f"unix:{path}"


def _indented(lines: Sequence[str], spaces: int) -> str:
    return "\n".join(f"{' ' * spaces}{line}" for line in lines)


def _redirect(server_name: str) -> str:
    return (
        f"server {{\n    listen 80;\n    server_name {server_name};\n    return 308 https://$host$request_uri;\n}}\n\n"
    )
