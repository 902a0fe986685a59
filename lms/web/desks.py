"""Every desk, bound to its address."""

from flask import Flask

from lms.web.admin import parts_route
from lms.web.admin.routes import desk as admin
from lms.web.learn import activities, certificates, media, own, reviews, searching
from lms.web.learn.routes import desk as learn
from lms.web.manage import assigning, people, teams
from lms.web.manage.routes import desk as manage
from lms.web.teach.routes import desk as teach
from lms.web.visit import links, signing_in, verification
from lms.web.visit.routes import desk as visit

# Each topic of a desk puts its routes on the desk's blueprint when it is imported.
TOPICS = (
    activities,
    assigning,
    certificates,
    links,
    media,
    own,
    parts_route,
    people,
    reviews,
    searching,
    signing_in,
    teams,
    verification,
)


def install(app: Flask) -> None:
    """Register the desks; `visit` has the root, each other desk its own first path segment."""
    app.register_blueprint(visit)
    app.register_blueprint(learn, url_prefix="/learn")
    app.register_blueprint(teach, url_prefix="/teach")
    app.register_blueprint(manage, url_prefix="/manage")
    app.register_blueprint(admin, url_prefix="/admin")
