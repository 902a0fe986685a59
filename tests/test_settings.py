"""Settings from the environment: what is empty is not set, what is missing is said with its cure."""

from pathlib import Path

import pytest

from lms.settings import BadSettingError, Environment, Settings


def test_an_empty_variable_is_one_that_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOST", "PORT", "WORKERS", "DATABASE_URL", "LMS_ENV"):
        monkeypatch.setenv(name, "")
    settings = Settings()
    assert (settings.host, settings.port, settings.workers) == ("127.0.0.1", 8000, 0)
    assert settings.env is Environment.DEVELOPMENT


def test_variables_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "9000")
    monkeypatch.setenv("HOST", "0.0.0.0")
    monkeypatch.setenv("DATABASE_URL", "postgres://me@db/lantern")
    settings = Settings()
    assert settings.origin == "http://127.0.0.1:9000"
    assert settings.resolved_database_url() == "postgresql+psycopg://me@db/lantern"


def test_the_development_secret_is_made_once_and_kept_to_its_owner(tmp_path: Path) -> None:
    settings = Settings(data_folder=tmp_path)
    made = settings.resolved_secret_key()
    assert len(made) >= 48
    assert settings.resolved_secret_key() == made
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("secret", ["", "changeme", "dev"])
def test_production_takes_no_missing_or_weak_secret(secret: str, tmp_path: Path) -> None:
    settings = Settings(env=Environment.PRODUCTION, secret_key=secret, data_folder=tmp_path)
    with pytest.raises(BadSettingError, match="token_urlsafe"):
        settings.resolved_secret_key()
