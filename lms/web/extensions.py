"""The Flask extensions, made once and bound to an app in `lms.web.building`."""

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy.orm import Session

from lms.db import Base
from lms.web.translating import Translating

# Our tables derive from lms.db.Base; Flask-SQLAlchemy keeps the engine and the session of each request.
db = SQLAlchemy(metadata=Base.metadata)
migrate = Migrate()
login_manager = LoginManager()
csrf = CSRFProtect()
babel = Translating()
limiter = Limiter(get_remote_address, default_limits=[], headers_enabled=False)


def database() -> Session:
    """Return this request's session; it is closed when the request ends."""
    return db.session()
