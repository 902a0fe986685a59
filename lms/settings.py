"""What the surroundings decide, read from environment variables once at start."""

import contextlib
import os
import secrets
from enum import StrEnum
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class Environment(StrEnum):
    """Where the server runs; production refuses what development makes up."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"
    TEST = "test"


class BadSettingError(ValueError):
    """A setting is missing or unusable; the message says how to mend it."""


class Settings(BaseSettings):
    """The server's settings; each field is an environment variable, most with the prefix `LMS_`."""

    model_config = SettingsConfigDict(
        env_prefix="LMS_", populate_by_name=True, extra="ignore", env_ignore_empty=True
    )

    env: Environment = Environment.DEVELOPMENT
    host: str = Field("127.0.0.1", validation_alias="HOST")
    port: int = Field(8000, validation_alias="PORT")
    workers: int = Field(0, validation_alias="WORKERS", description="0 means one a core")
    database_url: str = Field("", validation_alias="DATABASE_URL")
    redis_url: str = Field("", validation_alias="REDIS_URL")
    secret_key: str = ""
    secret_key_fallbacks: str = Field("", description="older keys, separated by commas")
    public_url: str = Field("", description="how strangers reach this server, for links and QR codes")
    data_folder: Path = ROOT / "instance"
    courses_folder: Path = ROOT / "courses"
    trusted_proxies: int = Field(0, description="how many proxies in front set X-Forwarded-*")
    session_idle_hours: float = 12
    session_absolute_hours: float = 24 * 14
    watch_courses: bool = True
    work_jobs: bool = True
    smtp_url: str = Field("", description="where mail is handed over; without it none is sent")
    mail_from: str = Field("", description="whom mail is from")

    @property
    def is_production(self) -> bool:
        """Return whether nothing may be made up or relaxed."""
        return self.env is Environment.PRODUCTION

    @property
    def origin(self) -> str:
        """Return how the server is reached: the public address, or where it listens on this machine."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104  # compared, not bound
        return self.public_url.rstrip("/") or f"http://{host}:{self.port}"

    def resolved_database_url(self) -> str:
        """Return the SQLAlchemy address: the given one, or the SQLite file in the data folder."""
        url = self.database_url or f"sqlite:///{self.data_folder / 'lantern.sqlite3'}"
        for plain in ("postgres://", "postgresql://"):
            if url.startswith(plain):
                return "postgresql+psycopg://" + url.removeprefix(plain)
        return url

    def resolved_secret_key(self) -> str:
        """Return the signing key; in development one is made and kept in the data folder.

        Raises BadSettingError in production when none is set, and anywhere when it is too short to be one.
        """
        if self.secret_key:
            if len(self.secret_key) < 32:
                raise BadSettingError(_KEY_HELP.format(what="LMS_SECRET_KEY is shorter than 32 characters."))
            return self.secret_key
        if self.is_production:
            raise BadSettingError(_KEY_HELP.format(what="LMS_ENV=production needs LMS_SECRET_KEY."))
        return _kept_key(self.data_folder / "secret_key")


_KEY_HELP = """{what} Make one and keep it out of the repository:
    export LMS_SECRET_KEY="$(python3 -c 'import secrets; print(secrets.token_urlsafe(48))')\""""


def _kept_key(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text()
