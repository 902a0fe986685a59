"""What every page's frame shows whatever its desk: organisation, the person, the desks the person may enter."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from flask import Flask, current_app, g, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lms.accounts.roles import Role
from lms.organisation import queries as organisation
from lms.organisation.variables import PREFIX
from lms.web.assets import asset, shelf
from lms.web.extensions import database
from lms.web.speech import manner

_KEPT_SECONDS = 1.0
# The pages that one comes to from "On the job", by how their addresses go on after the desk's.
_ON_THE_JOB = ("practice", "plans", "feedback", "coaching", "calibration", "mentor", "passport")


@dataclass(frozen=True)
class House:
    """What the organisation says of itself: its name, its variables, whether it is the sample."""

    name: str
    variables: dict[str, str]
    is_sample: bool


@dataclass(frozen=True)
class Link:
    """One link of the frame; `is_page` when it leads to this very page."""

    text: str
    href: str
    icon: str = ""
    is_here: bool = False
    is_page: bool = False


@dataclass(frozen=True)
class Frame:
    """The frame of one page; `name` is empty when nobody is signed in.

    `is_bare` leaves bar and foot away: the page is looked at inside another.
    """

    organisation: str
    is_sample: bool
    name: str
    home: str
    links: tuple[Link, ...]
    account_links: tuple[Link, ...]
    sign_out: str
    verify: str
    fonts: tuple[str, ...]
    is_staff_desk: bool
    is_shared_device: bool
    is_bare: bool = False


def house() -> House:
    """Return the organisation's settings, asked at most once a second in each process."""
    kept: dict[str, tuple[float, House]] = current_app.extensions["house"]
    moment = time.monotonic()
    if "house" not in kept or moment - kept["house"][0] > _KEPT_SECONDS:
        settings = organisation.settings(database())
        name = settings.get("name", "").strip() or "Lantern"
        found = House(
            name=name,
            variables={
                "name": name,
                **{key.removeprefix(PREFIX): value for key, value in settings.items() if key.startswith(PREFIX)},
            },
            is_sample=settings.get("is_sample") == "yes",
        )
        kept["house"] = (moment, found)
    return kept["house"][1]


def frame() -> Frame:
    """Return the frame of the page being shown."""
    settings = _house_or_nothing()
    is_known = _is_signed_in()
    is_bare = bool(g.get("is_bare"))
    return Frame(
        organisation=settings.name or "Lantern",
        is_sample=settings.is_sample,
        name=str(current_user.name) if is_known else "",
        home=_address("learn.home_page") if is_known else "/",
        links=_kept(_links) if is_known else (),
        account_links=_kept(_account_links) if is_known else (),
        sign_out=_address("visit.sign_out") if is_known else "",
        verify=_address("visit.verification_page"),
        fonts=tuple(asset(name) for name in shelf().fonts()),
        is_staff_desk=request.blueprint in ("teach", "manage", "admin") and not is_bare,
        is_shared_device=is_known and current_user.shared_device,
        is_bare=is_bare,
    )


def show_bare() -> None:
    """Leave bar and foot away from what this request shows, as learners' pages look inside the studio."""
    g.is_bare = True


def _house_or_nothing() -> House:
    # The frame also stands around the page that says the database is away.
    try:
        return house()
    except Exception:
        current_app.logger.warning("the organisation's settings could not be read", exc_info=True)
        return House(name="", variables={}, is_sample=False)


def _is_signed_in() -> bool:
    try:
        return bool(current_user.is_authenticated)
    except Exception:
        current_app.logger.warning("the signed-in person could not be read", exc_info=True)
        return False


def _address(endpoint: str) -> str:
    """Return the page's address, "" when this server has no such page; made once."""
    known: dict[str, str] = current_app.extensions["frame_addresses"]
    if endpoint not in known:
        known[endpoint] = url_for(endpoint) if endpoint in current_app.view_functions else ""
    return known[endpoint]


def _link(endpoint: str, text: str, icon: str = "", *, is_desk: bool = False) -> Link:
    desk = endpoint.partition(".")[0]
    is_page = request.endpoint == endpoint
    return Link(text, _address(endpoint), icon, is_page or (is_desk and request.blueprint == desk), is_page)


def _kept(make: Callable[[], tuple[Link, ...]]) -> tuple[Link, ...]:
    """Return these links, made once for each kind of person and each place."""
    known: dict[object, tuple[Link, ...]] = current_app.extensions["frame_links"]
    key = (make, current_user.roles, request.endpoint, manner().locale)
    if key not in known:
        known[key] = make()
    return known[key]


def _links() -> tuple[Link, ...]:
    roles = current_user.roles
    is_administrator = Role.ADMINISTRATOR in roles
    has_other_desks = bool(roles)
    links = [
        _link("learn.home_page", _("Learning") if has_other_desks else _("My learning"), is_desk=has_other_desks)
    ]
    if not has_other_desks:
        links.append(_link("learn.courses_page", _("Courses")))
        on_the_job = _link("learn.practice_page", _("On the job"))
        links.append(replace(on_the_job, is_here=_is_on_the_job()))
        links.append(_link("learn.job_aids_page", _("Job aids")))
    if is_administrator or Role.TRAINER in roles:
        links.append(_link("teach.courses_page", _("Teaching"), is_desk=True))
    if is_administrator or Role.MANAGER in roles:
        links.append(_link("manage.teams_page", _("Teams"), is_desk=True))
    if is_administrator:
        links.append(_link("admin.home_page", _("Administration"), is_desk=True))
    return tuple(link for link in links if link.href)


def _is_on_the_job() -> bool:
    _, desk, *rest = request.path.split("/")
    return desk == "learn" and bool(rest) and rest[0].partition(".")[0] in _ON_THE_JOB


def _account_links() -> tuple[Link, ...]:
    links = (
        _link("learn.courses_page", _("Courses"), "book"),
        _link("learn.practice_page", _("On the job"), "repeat"),
        _link("learn.job_aids_page", _("Job aids"), "pin"),
        _link("learn.search_page", _("Search"), "search"),
        _link("learn.own_page", _("My settings"), "settings"),
    )
    return tuple(link for link in links if link.href)


def install(app: Flask) -> None:
    """Give every template its frame, and ask the organisation anew after anything was posted here."""
    app.extensions["house"] = {}
    app.extensions["frame_links"] = {}
    app.extensions["frame_addresses"] = {}

    @app.context_processor
    def _frame() -> dict[str, object]:
        return {"frame": frame()}

    @app.teardown_request
    def _forget(_error: BaseException | None) -> None:
        if request.method == "POST":
            app.extensions["house"].clear()
