"""Fills in ops/nginx.conf. Standard library only: it runs before anything is installed.

python3 -m ops.proxy --name eco.example.jp --certificate FILE --key FILE > /etc/nginx/nginx.conf
"""

import argparse
from dataclasses import dataclass
from pathlib import Path
from string import Template

_FILE = Path(__file__).with_name("nginx.conf")
_ROOT = _FILE.parent.parent

_TLS = """listen 443 ssl;
        listen [::]:443 ssl;
        server_name {name};
        ssl_certificate {certificate};
        ssl_certificate_key {key};
        ssl_protocols TLSv1.2 TLSv1.3;
        ssl_session_cache shared:tls:10m;
        ssl_session_tickets off;"""
_TO_HTTPS = """
    server {{
        listen 80;
        listen [::]:80;
        server_name {name};
        location /.well-known/acme-challenge/ {{ root /var/www/html; }}
        location / {{ return 301 https://{name}$request_uri; }}
    }}
"""


class _Configuration(Template):
    """``%{name}`` is filled in; nginx's own ``$variables`` stay."""

    delimiter = "%"


@dataclass(frozen=True)
class Site:
    """What differs between one place and another."""

    portal: str  # where the portal listens: unix:/path or host:port
    listen: str  # directives: where people reach nginx
    static: Path  # what collectstatic made, the error pages among it
    work: Path  # an existing folder, for what does not fit into memory
    logs: Path
    pid: Path
    user: str = ""  # a directive: whom nginx's workers run as
    before: str = ""  # a block beside the portal's server
    patience: str = "15s"  # for a request's head, and between two parts of its body


def configuration(site: Site) -> str:
    """The whole nginx.conf."""
    return _Configuration(_FILE.read_text()).substitute(vars(site))


def operations(given: argparse.Namespace) -> Site:
    """With TLS, in Debian's folders."""
    return Site(
        portal=given.portal,
        listen=_TLS.format(**vars(given)),
        static=given.static,
        work=Path("/var/lib/nginx"),
        logs=Path("/var/log/nginx"),
        pid=Path("/run/nginx.pid"),
        user="user www-data;",
        before=_TO_HTTPS.format(**vars(given)),
    )


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python3 -m ops.proxy", description="Prints the nginx.conf of a site with TLS."
    )
    parser.add_argument("--name", required=True, help="the host name, as in ECO_ORIGIN")
    parser.add_argument("--certificate", required=True, type=Path, help="the file with the certificate's chain")
    parser.add_argument("--key", required=True, type=Path, help="the file with the certificate's key")
    parser.add_argument("--portal", default="unix:/run/eco/web.sock", help="where the web process listens")
    parser.add_argument("--static", default=_ROOT / "var" / "static", type=Path, help="what collectstatic made")
    return parser.parse_args(given)


if __name__ == "__main__":
    print(configuration(operations(arguments())))  # noqa: T201 (a command)
