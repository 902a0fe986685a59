"""The manager's desk; its routes are in `teams`, `people` and `assigning`."""

from flask import Blueprint

from lms.accounts.roles import Role
from lms.web.guards import holders_only

desk = Blueprint("manage", __name__)
desk.before_request(holders_only(Role.MANAGER, Role.ADMINISTRATOR))
