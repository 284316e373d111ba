"""Addresses that strangers give: only the open internet is called, by the address looked at."""

from __future__ import annotations

import socket
from ipaddress import ip_address
from typing import Any

import pytest

from channels import strangers
from channels.base import ChannelError, Rejected, Unavailable
from tests.channels.platform import Answer, Platform

NEIGHBOURS = [
    "127.0.0.1",
    "10.0.0.7",
    "172.16.3.4",
    "192.168.1.1",
    "169.254.169.254",  # where clouds keep their keys
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "192.0.2.1",
    "::1",
    "::",
    "fe80::1",
    "fc00::1",
    "::ffff:10.0.0.1",
    "::ffff:127.0.0.1",
    "2002:0a00:0001::",
    "64:ff9b::a00:1",
]
SHAPES = [
    ("ftp://example.cn/x", "scheme"),
    ("file:///etc/passwd", "scheme"),
    ("gopher://example.cn", "scheme"),
    ("//example.cn/x", "scheme"),
    ("http://", "scheme"),
    ("http://user:word@example.cn/", "shape"),
    ("http://example.cn/#part", "shape"),
    ("http://example.cn/a b", "shape"),
    ("http://example.cn/\r\nHost: other", "shape"),
    ("http://例子.cn/", "shape"),
    ("http://example.cn/" + "a" * 1000, "shape"),
    ("http://example.cn:25/", "port"),
    ("http://example.cn:99999/", "unreadable"),
    ("http://[::1/", "unreadable"),
    ("http://010.8.8.8/", "unreadable"),
    ("http://example.cn:x/", "unreadable"),
]


def resolves_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Let every name have these addresses; what is an address already stays itself."""
    really = socket.getaddrinfo

    def looked_up(host: str, port: int, *given: Any, **more: Any) -> list[Any]:
        if not host.endswith(".example"):
            return really(host, port, *given, **more)
        return [(0, 0, 0, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)


@pytest.mark.parametrize("address", NEIGHBOURS)
def test_a_neighbour_is_never_called(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    resolves_to(monkeypatch, address)
    with pytest.raises(Rejected) as told:
        strangers.call("GET", "http://looks-harmless.example/")
    assert told.value.code == "not_public"


@pytest.mark.parametrize(
    ("host", "inner"),
    [
        *((address, True) for address in NEIGHBOURS),
        ("localhost", True),
        ("LOCALHOST.", True),
        ("redis", True),
        ("printer.local", True),
        ("2130706433", True),
        ("0x7f.1", True),
        ("0177.0.0.1", True),
        ("", True),
        ("8.8.8.8", False),
        ("2001:4860:4860::8888", False),
        ("api.weixin.qq.com", False),
        ("local.example.cn", False),
    ],
)
def test_a_neighbour_is_known_by_its_looks(host: str, inner: bool) -> None:
    assert strangers.looks_inner(host) is inner


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8"])
def test_the_open_internet_may_be_called(address: str) -> None:
    assert strangers.is_public(ip_address(address))


def test_one_private_address_among_public_ones_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    resolves_to(monkeypatch, "8.8.8.8", "10.0.0.7")
    with pytest.raises(Rejected):
        strangers.call("GET", "http://two-faced.example/")


@pytest.mark.parametrize(("url", "fault"), SHAPES)
def test_an_odd_address_is_refused_before_anything_is_looked_up(url: str, fault: str) -> None:
    assert strangers.fault_of(url) == fault
    with pytest.raises(Rejected):
        strangers.call("GET", url)


def test_a_home_may_call_itself_only_where_it_was_allowed(platform: Platform) -> None:
    platform.on("/hook", Answer("fine"))
    with pytest.raises(Rejected):
        strangers.call("GET", f"{platform.url}/hook")
    assert platform.requests == []
    reply = strangers.call("GET", f"{platform.url}/hook?a=1", loopback=True)
    assert (reply.status, reply.content) == (200, b"fine")
    assert platform.requests[0].query == {"a": "1"}


def test_the_address_that_was_looked_at_is_called_and_the_name_only_said(
    monkeypatch: pytest.MonkeyPatch, platform: Platform
) -> None:
    """A name that means another machine a moment later leads nowhere."""
    platform.on("/hook", Answer("fine"))
    port = platform.url.rpartition(":")[2]
    resolves_to(monkeypatch, "127.0.0.1")
    strangers.call("GET", f"http://rebinding.example:{port}/hook", loopback=True)
    assert platform.requests[0].headers["host"] == f"rebinding.example:{port}"


def test_a_redirect_leads_nowhere(platform: Platform) -> None:
    platform.on("/hook", Answer("", 302, {"Location": "http://169.254.169.254/"}))
    with pytest.raises(ChannelError) as told:
        strangers.call("POST", f"{platform.url}/hook", loopback=True)
    assert told.value.code == "http_302"


def test_a_name_that_nobody_has_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*_given: Any, **_more: Any) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    with pytest.raises(Unavailable):
        strangers.call("GET", "http://nobody.example/")


@pytest.mark.parametrize("status", [200, 301, 404, 410, 429, 503])
def test_a_page_is_there_or_not_by_its_status(platform: Platform, status: int) -> None:
    platform.on("/page", Answer("", status))
    assert strangers.status_of(f"{platform.url}/page", loopback=True) == status


def test_a_page_that_knows_no_head_is_asked_in_full(platform: Platform) -> None:
    """This server answers 501 to HEAD by itself."""
    platform.on("/page", Answer("fine"))
    assert strangers.status_of(f"{platform.url}/page", loopback=True) == 200
    assert [request.method for request in platform.requests] == ["GET"]
