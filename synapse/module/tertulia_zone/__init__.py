"""
What a Tertulia zone adds to its homeserver: the link that makes its first administrator, its own user's place, and files
that go with their messages.
"""

import hashlib
import hmac
import logging
import os
import time
from typing import Any

import attr
from synapse.api.errors import Codes, LimitExceededError, SynapseError
from synapse.http.servlet import parse_json_object_from_request
from synapse.http.site import SynapseRequest
from synapse.module_api import DirectServeJsonResource, JsonDict, ModuleApi

from tertulia_zone.files import Files

logger = logging.getLogger(__name__)

LINK_USED = "TERTULIA_LINK_USED"
ADMINISTRATOR_LEVEL = 100


@attr.s(auto_attribs=True, frozen=True)
class Config:
    """
    `link`: the file with the hash of the unspent link. `plaza`: an alias. `user`: the zone's own user. `tidy`: how often
    files are looked for that have outlived their messages, ms.
    """

    link: str
    plaza: str
    user: str
    tidy: int


class Attempts:
    """Tries by key: `burst` at once, then one each `seconds`."""

    def __init__(self, burst: int, seconds: float, now: Any = time.monotonic) -> None:
        self._burst = burst
        self._seconds = seconds
        self._now = now
        self._spent: dict[str, tuple[float, float]] = {}

    def wait(self, key: str) -> float:
        """Counts one try. 0, or the seconds until the next one is allowed, and then it is not counted."""
        now = self._now()
        for other in [k for k, (count, at) in self._spent.items() if count * self._seconds <= now - at]:
            del self._spent[other]
        count, at = self._spent.get(key, (0.0, now))
        count = max(0.0, count - (now - at) / self._seconds)
        if count > self._burst - 1:
            return (count - self._burst + 1) * self._seconds
        self._spent[key] = (count + 1, now)
        return 0


class Link:
    """The one-time link, as the hash of its token in a file: the file is gone once it is spent."""

    def __init__(self, path: str) -> None:
        self._path = path

    def matches(self, token: str) -> bool:
        try:
            with open(self._path, encoding="ascii") as file:
                kept = file.read().strip()
        except FileNotFoundError:
            return False
        given = hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()
        return hmac.compare_digest(kept.encode(), given.encode())

    def claim(self) -> bool:
        """Whether we are the one who spends it. Removing a file is atomic: of two claims one finds none."""
        try:
            os.rename(self._path, f"{self._path}.claimed")
        except FileNotFoundError:
            return False
        return True

    def spent(self) -> None:
        os.unlink(f"{self._path}.claimed")

    def give_back(self) -> None:
        os.rename(f"{self._path}.claimed", self._path)


class AdministratorResource(DirectServeJsonResource):
    """POST {"token"} with one's own access token: makes the caller an administrator, once."""

    def __init__(self, api: ModuleApi, config: Config) -> None:
        super().__init__()
        self._api = api
        self._config = config
        self._link = Link(config.link)
        self._attempts = Attempts(burst=5, seconds=60)

    async def _async_render_POST(self, request: SynapseRequest) -> tuple[int, JsonDict]:
        requester = await self._api.get_user_by_req(request)
        user = requester.user.to_string()
        wait = self._attempts.wait(user)
        if wait > 0:
            raise LimitExceededError(limiter_name="tertulia_administrator", retry_after_ms=int(wait * 1000) + 1)
        token = parse_json_object_from_request(request).get("token")
        if not isinstance(token, str):
            raise SynapseError(400, "token must be a text", Codes.INVALID_PARAM)
        if not self._link.matches(token) or not self._link.claim():
            raise SynapseError(403, "This link has been used, or never was one", LINK_USED)
        try:
            await self._api.set_user_admin(user, True)
        except Exception:
            self._link.give_back()
            raise
        self._link.spent()
        logger.info("%s is the zone's administrator", user)
        await self._give_plaza(user)
        return 200, {}

    async def _give_plaza(self, user: str) -> None:
        """The administrator keeps order in the plaza. The zone's own user, its creator, grants it."""
        try:
            room, _ = await self._api.lookup_room_alias(self._config.plaza)
            state = await self._api.get_room_state(room, [("m.room.power_levels", "")])
            current = state["m.room.power_levels", ""].content
            users = {**current.get("users", {}), user: ADMINISTRATOR_LEVEL}
            await self._api.create_and_send_event_into_room(
                {
                    "type": "m.room.power_levels",
                    "state_key": "",
                    "room_id": room,
                    "sender": self._config.user,
                    "content": {**current, "users": users},
                }
            )
        except Exception:
            # Being an administrator of the server stands by itself; the room's level can be given by hand.
            logger.exception("%s got no power in %s", user, self._config.plaza)


class Zone:
    """The module, as Synapse's configuration names it."""

    def __init__(self, config: Config, api: ModuleApi) -> None:
        self._config = config
        Files(api, config.tidy)
        api.register_web_resource("/_tertulia/administrator", AdministratorResource(api, config))
        api.register_spam_checker_callbacks(check_username_for_spam=self._is_no_person)

    @staticmethod
    def parse_config(config: dict[str, Any]) -> Config:
        return Config(**config)

    async def _is_no_person(self, profile: dict[str, Any], requester: str) -> bool:
        """Keeps the zone's own user out of searches for people."""
        return bool(profile["user_id"] == self._config.user)
