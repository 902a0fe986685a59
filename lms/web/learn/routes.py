"""The routes of this desk: load, check, act, show."""

from flask import Blueprint

from lms.web.guards import signed_in_only

desk = Blueprint("learn", __name__)
desk.before_request(signed_in_only)
