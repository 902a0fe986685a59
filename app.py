"""Build the app; `python app.py` prepares everything and serves it."""

import sys

from lms.settings import BadSettingError
from lms.web.building import build_app
from lms.web.starting import run

try:
    app = build_app()
except BadSettingError as error:
    sys.exit(str(error))

if __name__ == "__main__":
    sys.exit(run(app))
