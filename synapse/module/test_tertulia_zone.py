"""Run with Synapse's Python: `python -m unittest discover synapse/module` (a test in tests/zone does)."""

import hashlib
import os
import sqlite3
import tempfile
import time
import unittest
from collections.abc import Callable
from types import SimpleNamespace

from synapse.module_api import NOT_SPAM
from tertulia_zone import Attempts, Config, Link, Zone
from tertulia_zone.files import NAMED, Files, named_in


class LinkTest(unittest.TestCase):
    def setUp(self) -> None:
        self._directory = tempfile.TemporaryDirectory()
        self.addCleanup(self._directory.cleanup)
        self._path = os.path.join(self._directory.name, "link")
        with open(self._path, "w", encoding="ascii") as file:
            file.write(hashlib.sha256(b"token").hexdigest() + "\n")
        self._link = Link(self._path)

    def test_knows_its_token_and_no_other(self) -> None:
        self.assertTrue(self._link.matches("token"))
        for other in ("", "Token", "token ", hashlib.sha256(b"token").hexdigest(), "tökén", "\ud800"):
            self.assertFalse(self._link.matches(other), repr(other))

    def test_is_claimed_once(self) -> None:
        self.assertTrue(self._link.claim())
        self.assertFalse(self._link.claim())
        self.assertFalse(self._link.matches("token"))

    def test_is_gone_when_spent(self) -> None:
        self._link.claim()
        self._link.spent()
        self.assertEqual(os.listdir(self._directory.name), [])

    def test_is_there_again_when_it_could_not_be_spent(self) -> None:
        self._link.claim()
        self._link.give_back()
        self.assertTrue(self._link.matches("token"))


class AttemptsTest(unittest.TestCase):
    def setUp(self) -> None:
        self._now = 0.0
        self._attempts = Attempts(burst=3, seconds=60, now=lambda: self._now)

    def test_some_at_once_then_one_by_one(self) -> None:
        self.assertEqual([self._attempts.wait("alice") for _ in range(4)], [0, 0, 0, 60])
        self._now = 30
        self.assertEqual(self._attempts.wait("alice"), 30)
        self._now = 60
        self.assertEqual([self._attempts.wait("alice") for _ in range(2)], [0, 60])

    def test_one_does_not_spend_anothers(self) -> None:
        for _ in range(3):
            self._attempts.wait("alice")
        self.assertEqual(self._attempts.wait("bob"), 0)

    def test_forgets_who_has_waited_long_enough(self) -> None:
        for number in range(100):
            self._attempts.wait(str(number))
        self._now = 61
        self._attempts.wait("alice")
        self.assertEqual(list(self._attempts._spent), ["alice"])


class SearchTest(unittest.IsolatedAsyncioTestCase):
    async def test_the_zones_own_user_is_no_person(self) -> None:
        zone = Zone.__new__(Zone)
        zone._config = Config(link="", plaza="#plaza:a.example", user="@zone:a.example", tidy=1000)
        self.assertTrue(await zone._is_no_person({"user_id": "@zone:a.example"}, "@alice:a.example"))
        self.assertFalse(await zone._is_no_person({"user_id": "@alice:a.example"}, "@alice:a.example"))


class NamedTest(unittest.TestCase):
    def test_finds_the_files_of_this_server_wherever_a_client_puts_them(self) -> None:
        content = {
            "url": "mxc://a.example/one",
            "info": {"thumbnail_file": {"url": "mxc://a.example/two"}},
            NAMED: ["mxc://a.example/three", "mxc://b.example/four", 5, None],
            "body": "see mxc://a.example/five",
        }
        self.assertEqual(list(named_in(content, "a.example")), ["one", "two", "three"])

    def test_takes_nothing_else_for_one(self) -> None:
        for odd in (None, 5, "", "mxc://a.example/", "mxc://a.example/a/b", "mxc://a.example/" + "x" * 300):
            self.assertEqual(list(named_in({"url": odd}, "a.example")), [], repr(odd))
        deep: object = "mxc://a.example/one"
        for _ in range(20):
            deep = [deep]
        self.assertEqual(list(named_in(deep, "a.example")), [])


class Homeserver:
    """As much of Synapse as the files need: its tables, its events, and what it deleted."""

    server_name = "a.example"

    def __init__(self) -> None:
        self.deleted: list[str] = []
        self.redacted: set[str] = set()
        self.database = sqlite3.connect(":memory:")
        self.database.executescript(
            """
            CREATE TABLE local_media_repository (media_id TEXT, user_id TEXT);
            CREATE TABLE room_retention (room_id TEXT, event_id TEXT, max_lifetime BIGINT);
            CREATE TABLE current_state_events (event_id TEXT);
            CREATE TABLE redactions (redacts TEXT);
            CREATE TABLE profiles (avatar_url TEXT);
            """
        )
        self._hs = self

    def register_spam_checker_callbacks(self, **_: object) -> None:
        pass

    def looping_background_call(self, *_: object, **__: object) -> None:
        pass

    def get_datastores(self) -> "Homeserver":
        self.main = self
        return self

    def get_media_repository(self) -> "Homeserver":
        return self

    async def delete_local_media_ids(self, media: list[str]) -> None:
        self.deleted.extend(media)

    async def get_event(self, event_id: str, allow_none: bool) -> object:
        is_redacted = event_id in self.redacted
        return SimpleNamespace(internal_metadata=SimpleNamespace(is_redacted=lambda: is_redacted))

    async def run_db_interaction(self, _: str, run: Callable[[sqlite3.Cursor], object]) -> object:
        return run(self.database.cursor())

    def keep(self, room: str, lifetime: int | None) -> None:
        self.database.execute("DELETE FROM room_retention WHERE room_id = ?", (room,))
        self.database.execute("INSERT INTO room_retention VALUES (?, ?, ?)", (room, f"$rule-{room}", lifetime))
        self.database.execute("INSERT INTO current_state_events VALUES (?)", (f"$rule-{room}",))

    def upload(self, media: str, user: str) -> None:
        self.database.execute("INSERT INTO local_media_repository VALUES (?, ?)", (media, user))

    def redact(self, event_id: str, *, allowed: bool = True) -> None:
        self.database.execute("INSERT INTO redactions VALUES (?)", (event_id,))
        if allowed:
            self.redacted.add(event_id)


HOUR = 3_600_000


class FilesTest(unittest.IsolatedAsyncioTestCase):
    def setUp(self) -> None:
        self.server = Homeserver()
        self.addCleanup(self.server.database.close)
        self.files = Files(self.server, 1000)  # type: ignore[arg-type]
        self.server.upload("photo", "@alice:a.example")
        self.server.keep("!short", HOUR)
        self._events = 0

    async def send(
        self,
        media: str = "photo",
        *,
        room: str = "!short",
        sender: str = "@alice:a.example",
        hours: float = 0,
        **more: object,
    ) -> str:
        self._events += 1
        event_id = f"${self._events}"
        content = {"url": f"mxc://a.example/{media}", **more.pop("content", {})}  # type: ignore[dict-item]
        event = SimpleNamespace(
            type=more.pop("type", "m.room.message"),
            event_id=event_id,
            room_id=room,
            sender=sender,
            origin_server_ts=int(time.time() * 1000 - hours * HOUR),
            content=content,
            is_state=lambda: bool(more.get("state")),
        )
        self.assertEqual(await self.files.note(event), NOT_SPAM)
        return event_id

    async def tidied(self) -> list[str]:
        await self.files.tidy()
        return self.server.deleted

    async def test_a_file_goes_when_its_message_is_older_than_its_room_keeps(self) -> None:
        await self.send(hours=2)
        self.server.upload("later", "@alice:a.example")
        await self.send("later", hours=0.5)
        self.assertEqual(await self.tidied(), ["photo"])
        self.assertEqual(await self.tidied(), ["photo"])

    async def test_a_file_stays_where_messages_stay(self) -> None:
        self.server.keep("!ever", None)
        await self.send(room="!ever", hours=9999)
        await self.send(room="!unsaid", hours=9999)
        self.assertEqual(await self.tidied(), [])

    async def test_a_file_that_is_shared_stays_until_the_last_message_is_gone(self) -> None:
        await self.send(hours=2)
        shared = await self.send(room="!ever", sender="@bob:a.example")
        self.assertEqual(await self.tidied(), [])
        self.server.redact(shared)
        self.assertEqual(await self.tidied(), ["photo"])

    async def test_a_file_goes_with_a_message_that_is_deleted_by_who_may(self) -> None:
        event = await self.send(room="!ever")
        self.server.redact(event, allowed=False)
        self.assertEqual(await self.tidied(), [])
        self.server.redact(event)
        self.assertEqual(await self.tidied(), ["photo"])

    async def test_nobody_takes_away_what_somebody_else_sent(self) -> None:
        await self.send(sender="@mallory:b.example", hours=9999)
        own = await self.send(sender="@mallory:b.example", room="!ever")
        self.server.redact(own)
        self.assertEqual(await self.tidied(), [])

    async def test_what_rooms_and_people_show_of_themselves_stays(self) -> None:
        await self.send(type="m.room.avatar", state=True, hours=9999)
        self.server.upload("sticker", "@alice:a.example")
        await self.send("sticker", type="m.sticker", hours=9999)
        self.server.upload("face", "@alice:a.example")
        await self.send("face", hours=2)
        self.server.database.execute("INSERT INTO profiles VALUES ('mxc://a.example/face')")
        self.assertEqual(await self.tidied(), [])

    async def test_an_edit_does_not_hold_the_file_of_a_message(self) -> None:
        event = await self.send(room="!ever")
        await self.send(room="!ever", content={"m.relates_to": {"rel_type": "m.replace", "event_id": event}})
        self.server.redact(event)
        self.assertEqual(await self.tidied(), ["photo"])

    async def test_a_message_whose_files_cannot_be_noted_goes_on_its_way(self) -> None:
        self.server.database.execute("DROP TABLE local_media_repository")
        with self.assertLogs("tertulia_zone.files", level="ERROR"):
            await self.send()


if __name__ == "__main__":
    unittest.main()
