"""Run with Synapse's Python: `python -m unittest discover synapse/module` (a test in tests/zone does)."""

import hashlib
import os
import tempfile
import unittest

from tertulia_zone import Attempts, Config, Link, Zone


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
        zone._config = Config(link="", plaza="#plaza:a.example", user="@zone:a.example")
        self.assertTrue(await zone._is_no_person({"user_id": "@zone:a.example"}, "@alice:a.example"))
        self.assertFalse(await zone._is_no_person({"user_id": "@alice:a.example"}, "@alice:a.example"))


if __name__ == "__main__":
    unittest.main()
