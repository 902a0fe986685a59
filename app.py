"""Build the app; `python app.py` prepares everything and serves it."""

import sys

from lms.web.building import build_app
from lms.web.serving import run

app = build_app()

if __name__ == "__main__":
    sys.exit(run(app))
