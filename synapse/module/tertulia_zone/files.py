"""Files go with the messages that they were sent in: when a message is deleted, or older than its room keeps messages.

Synapse keeps files apart from messages and never asks whether any message still names one. This notes which message names
which file as messages pass, and deletes a file once no message that names it is left. Only the files of whoever sent them
go this way: naming somebody else's file in a message keeps it, and never takes it away.
"""

import logging
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from synapse.module_api import NOT_SPAM, ModuleApi

logger = logging.getLogger(__name__)

# What a client says in clear of the files in a message that is encrypted.
NAMED = "org.tertulia.media"
# What goes with its age, and its files with it. A sticker is somebody's to be sent again.
PASSING = ("m.room.message", "m.room.encrypted")
# Bounds of what strangers write: files that one event names, and levels of its content that are looked through.
MOST = 50
DEPTH = 8
# Files that are deleted in one go.
BATCH = 200

TABLE = """
CREATE TABLE IF NOT EXISTS tertulia_files (
    media_id TEXT NOT NULL,
    event_id TEXT NOT NULL,
    room_id TEXT NOT NULL,
    sent_ts BIGINT NOT NULL,
    owned SMALLINT NOT NULL,
    kept SMALLINT NOT NULL,
    UNIQUE (media_id, event_id)
)
"""
INDEX = "CREATE INDEX IF NOT EXISTS tertulia_files_event ON tertulia_files (event_id)"
NOTE = """
INSERT INTO tertulia_files (media_id, event_id, room_id, sent_ts, owned, kept)
SELECT media_id, ?, ?, ?, CASE WHEN user_id = ? THEN 1 ELSE 0 END, ?
FROM local_media_repository WHERE media_id = ?
ON CONFLICT DO NOTHING
"""
# Older than the room keeps messages. State is never deleted for its age.
EXPIRED = """
SELECT f.media_id, f.event_id FROM tertulia_files f
JOIN room_retention r ON r.room_id = f.room_id
JOIN current_state_events s ON s.event_id = r.event_id
WHERE r.max_lifetime IS NOT NULL AND f.kept = 0 AND f.sent_ts < ? - r.max_lifetime
"""
# Of these somebody has asked the deletion; whether she may, the event tells.
REDACTED = "SELECT f.media_id, f.event_id FROM tertulia_files f JOIN redactions r ON r.redacts = f.event_id"
NAMING = "SELECT event_id, owned FROM tertulia_files WHERE media_id = ?"
SHOWN = "SELECT 1 FROM profiles WHERE avatar_url = ? LIMIT 1"
FORGET = "DELETE FROM tertulia_files WHERE media_id = ?"
# What somebody else sent says nothing any more once it is gone.
DROP = "DELETE FROM tertulia_files WHERE media_id = ? AND event_id = ? AND owned = 0"


def named_in(content: Any, server: str, depth: int = DEPTH) -> Iterator[str]:
    """The ids of this server's files that a content names anywhere."""
    if isinstance(content, str):
        start = f"mxc://{server}/"
        name = content[len(start) :]
        if content.startswith(start) and name.isascii() and 0 < len(name) <= 255 and "/" not in name:
            yield name
    elif depth > 0 and isinstance(content, (Mapping, list, tuple)):
        for part in content.values() if isinstance(content, Mapping) else content:
            yield from named_in(part, server, depth - 1)


def is_edit(content: Any) -> bool:
    relation = content.get("m.relates_to")
    return isinstance(relation, Mapping) and relation.get("rel_type") == "m.replace"


class Files:
    """`every` in ms: how often files are looked for that have outlived their messages."""

    def __init__(self, api: ModuleApi, every: int) -> None:
        self._api = api
        self._ready = False
        api.register_spam_checker_callbacks(check_event_for_spam=self.note)
        api.looping_background_call(self.tidy, every, desc="tertulia_files")

    async def note(self, event: Any) -> Any:
        """Remembers which files an event names. Refuses nothing."""
        try:
            # Of members' photos the profile tells. An edit names the file of the message, and goes with that.
            if event.type != "m.room.member" and not is_edit(event.content):
                found = list(dict.fromkeys(named_in(event.content, self._api.server_name)))[:MOST]
                if found:
                    await self._note(event, found)
        except Exception:
            logger.exception("the files of %s are not noted and stay", event.event_id)
        return NOT_SPAM

    async def tidy(self) -> None:
        """Deletes files that no message names any more."""
        await self._prepare()
        gone: dict[str, set[str]] = {}
        now = int(time.time() * 1000)
        for media, event in await self._ask("expired", EXPIRED, (now,)):
            gone.setdefault(media, set()).add(event)
        for media, event in await self._ask("redacted", REDACTED, ()):
            if await self._is_redacted(event):
                gone.setdefault(media, set()).add(event)
        for media, events in gone.items():
            for event in events:
                await self._run("drop", DROP, (media, event))
        over = [media for media, events in gone.items() if await self._is_over(media, events)]
        for start in range(0, len(over), BATCH):
            await self._delete(over[start : start + BATCH])

    async def _is_over(self, media: str, gone: Iterable[str]) -> bool:
        """Whether no message names it but those that are gone, its sender's own among them."""
        naming = await self._ask("naming", NAMING, (media,))
        if not all(event in gone for event, _ in naming) or not any(owned for _, owned in naming):
            return False
        return not await self._ask("shown", SHOWN, (f"mxc://{self._api.server_name}/{media}",))

    async def _is_redacted(self, event_id: str) -> bool:
        event = await self._api._hs.get_datastores().main.get_event(event_id, allow_none=True)
        return event is None or event.internal_metadata.is_redacted()

    async def _delete(self, media: list[str]) -> None:
        await self._api._hs.get_media_repository().delete_local_media_ids(media)
        for one in media:
            await self._run("forget", FORGET, (one,))
        logger.info("%d files are deleted with the messages they were sent in", len(media))

    async def _note(self, event: Any, found: list[str]) -> None:
        await self._prepare()
        kept = 0 if event.type in PASSING and not event.is_state() else 1
        for media in found:
            at = (event.event_id, event.room_id, event.origin_server_ts, event.sender, kept, media)
            await self._run("note", NOTE, at)

    async def _prepare(self) -> None:
        if self._ready:
            return
        await self._run("table", TABLE, ())
        await self._run("index", INDEX, ())
        self._ready = True

    async def _run(self, name: str, sql: str, values: tuple[Any, ...]) -> None:
        await self._api.run_db_interaction(f"tertulia_files_{name}", lambda txn: txn.execute(sql, values))

    async def _ask(self, name: str, sql: str, values: tuple[Any, ...]) -> list[Any]:
        def ask(txn: Any) -> list[Any]:
            txn.execute(sql, values)
            return list(txn.fetchall())

        return list(await self._api.run_db_interaction(f"tertulia_files_{name}", ask))
