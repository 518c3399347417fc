"""What is believed of the proxy in front: the client's address and scheme, in headers that the proxy overwrites.

Their names have no hyphen. A server hands ``X-Real-IP`` and ``X_Real_IP`` to the application under one name, and a proxy
that overwrites the one may pass the other; of ``ClientAddress`` there is no second spelling.
"""

from ipaddress import IPv6Address, ip_address
from typing import Any

from django.conf import settings
from django.core import checks
from django.http import HttpRequest

ADDRESS_HEADER = "ClientAddress"
SCHEME_HEADER = "ClientScheme"
UNKNOWN = "0.0.0.0"  # noqa: S104 (no address to bind to: whoever has none shares the limits of all who have none)


def in_environ(header: str) -> str:
    """What WSGI calls the header."""
    return f"HTTP_{header.upper()}"


def address_of(request: HttpRequest) -> str:
    """The client's network address, of the one who connects or, behind a proxy, what the proxy says; ``UNKNOWN`` when
    that is none."""
    name = in_environ(ADDRESS_HEADER) if settings.ECO_BEHIND_PROXY else "REMOTE_ADDR"
    try:
        address = ip_address(request.META.get(name, ""))
    except ValueError:
        return UNKNOWN
    if not isinstance(address, IPv6Address):
        return str(address)
    # The zone (%eth0) means something on one machine only, and the database knows no such addresses.
    return str(address.ipv4_mapped or IPv6Address(int(address)))


_DEMANDS = (
    f"It must overwrite (not append) {ADDRESS_HEADER} with the address of the connection and {SCHEME_HEADER} with http or https; "
    "pass Host as it came; hold every request's body until it is whole, with a time limit, before it connects to the portal; "
    "refuse bodies of more than 22 MB, and of more than 3 MB where no files are sent; and be the only one who can reach the "
    "portal's port or socket."
)


@checks.register(checks.Tags.security, deploy=True)
def proxy_is_as_shipped(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Says what the portal relies on and cannot see: what stands in front of it."""
    if settings.ECO_BEHIND_PROXY:
        return [
            checks.Info(
                "The client's address and scheme are what the proxy says (ECO_BEHIND_PROXY=1).",
                hint=f"Nothing is to be done for the shipped ops/nginx.conf. Another proxy must do the same. {_DEMANDS}",
                id="eco_portal.I001",
            )
        ]
    return [
        checks.Warning(
            "No proxy stands in front (ECO_BEHIND_PROXY is not 1): a few requests whose bodies never end stop the portal.",
            hint=f"Put nginx in front (docs/operations.md) or another proxy. {_DEMANDS}",
            id="eco_portal.W001",
        )
    ]
