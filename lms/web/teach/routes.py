"""The routes of this desk: load, check, act, show."""

from flask import Blueprint

from lms.accounts.roles import Role
from lms.web.guards import holders_only

desk = Blueprint("teach", __name__)
desk.before_request(holders_only(Role.TRAINER, Role.ADMINISTRATOR))
