"""Build the app; `python app.py` prepares everything and serves it."""

import sys

from lms.settings import BadSettingError
from lms.web.building import build_app


def main() -> int:
    """Serve until stopped; returns the exit status."""
    # What only starting needs is not loaded by `flask …` commands.
    from lms.web.starting import run

    return run(app)


try:
    app = build_app()
except BadSettingError as error:
    sys.exit(str(error))

if __name__ == "__main__":
    sys.exit(main())
