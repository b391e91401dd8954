"""Reads everything that a role can reach: pages, links on them, API, feeds, exports, admin."""

import re
from html import unescape
from urllib.parse import urljoin, urlsplit

from django.urls import URLPattern, URLResolver, get_resolver

LINK = re.compile(r'(?:href|src|action)="([^"#]+)')
CANARY = re.compile(r"zq7[a-z]+")
NEVER = ("/static/", "/account/logout", "/admin/logout", "/admin/jsi18n")
MOST = 900


def patterns(resolver=None, namespace="", path=""):
    """Yield (full name, route) of every named address."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = path + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from patterns(entry, inner, route)
        elif isinstance(entry, URLPattern) and entry.name:
            yield namespace + entry.name, route


def read(response):
    """Return the body of an answer as text."""
    if getattr(response, "streaming", False):
        return b"".join(response.streaming_content).decode("utf-8", "replace")
    return response.content.decode("utf-8", "replace")


def crawl(client, seeds, *, is_admin_read=False):
    """Follow links from ``seeds`` by GET; return {address: (status, text)}."""
    seen, queue = {}, list(dict.fromkeys(seeds))
    while queue and len(seen) < MOST:
        address = queue.pop(0)
        if address in seen or address.startswith(NEVER):
            continue
        if address.startswith("/admin/") and not is_admin_read:
            continue
        response = client.get(address)
        text = read(response)
        seen[address] = (response.status_code, text)
        if response.status_code in (301, 302):
            queue.append(_own(address, response.headers["Location"]))
        elif "html" in response.headers.get("Content-Type", ""):
            queue.extend(_links(address, text))
        queue = [entry for entry in queue if entry]
    return seen


def _links(address, text):
    for link in LINK.findall(text):
        own = _own(address, unescape(link))
        # A page of a filter or a sort order shows no more than the list itself.
        if (own and own.count("&") < 2 and not own.startswith("/admin/")) or (own or "").count("/") <= 4:
            yield own


def _own(address, link):
    parts = urlsplit(urljoin(address, link))
    if parts.scheme not in ("", "http", "https") or parts.netloc not in ("", "testserver"):
        return None
    return parts.path + (f"?{parts.query}" if parts.query else "")


def canaries(text):
    """Return the canaries that stand in ``text``."""
    return set(CANARY.findall(text))
