"""Fetching what customers send."""

from __future__ import annotations

from collections.abc import Mapping

import httpx

from infinitypro.channels import base, types
from infinitypro.channels.adapters.whatsapp import access, sending, shapes
from infinitypro.channels.errors import ChannelError

#: Where Meta keeps media; these and the configured base URL are all that ever see a token.
HOSTS = frozenset({"graph.facebook.com", "lookaside.fbsbx.com"})


def fetch_media(
    *,
    credentials: Mapping[str, str],
    media: types.Media,
    base_url: str,
    client: httpx.Client,
    limit: int,
) -> bytes:
    """The file, at most `limit` bytes; raises `ChannelError`.

    Its address lives five minutes only, so it is asked for anew.
    """
    own = access.read(credentials)
    url = _address(own, media, base_url, client, limit) if media.vendor_id else media.url
    return base.download(
        client=client, url=url, token=own.access_token, base_url=base_url, hosts=HOSTS, limit=limit
    )


def _address(
    own: access.Credentials, media: types.Media, base_url: str, client: httpx.Client, limit: int
) -> str:
    if not media.vendor_id.isalnum():
        raise ChannelError("bad_id", "The file's id cannot be one of WhatsApp's.", permanent=True)
    url = f"{base_url.rstrip('/')}/{own.api_version}/{media.vendor_id}"
    params = {"phone_number_id": own.phone_number_id}
    found = sending.ask(client, client.build_request("GET", url, params=params, headers=own.headers))
    size = shapes.number(found.get("file_size"))
    if size is not None and size > limit:
        raise ChannelError("too_large", "The file is larger than we accept.", permanent=True)
    return shapes.text(found.get("url"))
