"""The blueprint of this desk with its guards; each topic has a module of its own."""

from flask import Blueprint

from lms.accounts.roles import Role
from lms.web.guards import fresh_sign_in_only, holders_only

desk = Blueprint("admin", __name__)
desk.before_request(holders_only(Role.ADMINISTRATOR))
desk.before_request(fresh_sign_in_only)
