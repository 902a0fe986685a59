"""How an app is put together: settings, extensions, desks, headers and error pages."""

from datetime import timedelta

from flask import Flask
from flask_babel import get_locale
from werkzeug.middleware.proxy_fix import ProxyFix

from lms import store
from lms.accounts.identity import SessionLimits
from lms.mail.server import mail_server
from lms.settings import ROOT, Settings
from lms.web import assets, commands, desks, frame, guards, note, problems, render, speech, translating, uploads
from lms.web.extensions import babel, csrf, db, limiter, login_manager, migrate
from lms.web.headers import install_headers


def build_app(settings: Settings | None = None) -> Flask:
    """Return the app for these settings (default: read from the environment)."""
    settings = settings or Settings()
    app = Flask(
        "lms",
        root_path=str(ROOT),
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
    )
    # Settings that cannot work are told at once, not when the first mail is due.
    mail_server(settings)
    configure(app, settings)
    bind_extensions(app)
    guards.install(app)
    uploads.install(app)
    desks.install(app)
    problems.install(app)
    commands.install(app)
    assets.install(app)
    frame.install(app)
    speech.install(app)
    note.install(app)
    render.install(app)
    translating.install(app)
    install_headers(app, behind_tls=settings.is_production)
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]  # Flask's documented way to wrap the WSGI app
    return app


def configure(app: Flask, settings: Settings) -> None:
    """Put the settings where Flask and the extensions look for them."""
    url = settings.resolved_database_url()
    if url.startswith("sqlite:///"):
        settings.data_folder.mkdir(parents=True, exist_ok=True)
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.resolved_secret_key(),
        SECRET_KEY_FALLBACKS=[key for key in settings.secret_key_fallbacks.split(",") if key],
        SQLALCHEMY_DATABASE_URI=url,
        SQLALCHEMY_ENGINE_OPTIONS=store.engine_options(url),
        BEHIND_TLS=settings.is_production,
        SESSION_COOKIE_NAME="__Host-lantern-note" if settings.is_production else "lantern-note",
        SESSION_COOKIE_SECURE=settings.is_production,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        SESSION_LIMITS=SessionLimits(
            idle=timedelta(hours=settings.session_idle_hours),
            absolute=timedelta(hours=settings.session_absolute_hours),
        ),
        WTF_CSRF_TIME_LIMIT=None,  # a clock that differs between nodes must not refuse a form
        WTF_CSRF_SSL_STRICT=False,  # the token and SameSite guard; a proxy may strip the referrer
        MAX_CONTENT_LENGTH=16 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        MAX_FORM_PARTS=5_000,
        RATELIMIT_STORAGE_URI=settings.redis_url or "memory://",
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=True,
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "lms" / "translations"),
        # Addresses of static files carry their content's hash, so they may be kept for a year.
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(days=365),
    )


def bind_extensions(app: Flask) -> None:
    """Bind each extension to the app and make the session refuse writes outside `writing`."""
    db.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "lms" / "migrations"), compare_type=True)
    with app.app_context():
        store.prepare_engine(db.engine)
    store.guard_session(db.session)
    # A remembered browser would outlive its session row: no browser can send a cookie of this name.
    app.config["REMEMBER_COOKIE_NAME"] = "never;remembered"
    login_manager.session_protection = None
    login_manager.init_app(app)
    csrf.init_app(app)
    # Known already, so it hangs nothing on every request (a third of its cost): decorated routes ask themselves.
    app.extensions.setdefault("limiter", set()).add(limiter)
    limiter.init_app(app)
    babel.init_app(app, locale_selector=speech.language, timezone_selector=speech.time_zone)
    app.jinja_env.globals.update(get_locale=get_locale)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
