"""Django's settings: safe by default, changed only by environment variables (listed in docs/en/server.md)."""

import os
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy

from ecriture.project import environment
from ecriture.web.bounds import FILE

HOME = environment.home()
PACKAGE = Path(__file__).parents[1]

SECRET_KEY = environment.secret_key(HOME)
DEBUG = environment.flag("ECRITURE_DEBUG")
ADDRESSES = environment.addresses()
BEHIND_PROXY = environment.flag("ECRITURE_BEHIND_PROXY")
"""Whether to trust the proxy's headers (X-Forwarded-For, X-Forwarded-Proto); without a proxy anybody could forge them."""
ALLOWED_HOSTS = [
    "127.0.0.1",
    "localhost",
    "[::1]",
    *environment.words("ECRITURE_HOSTS"),
    *map(environment.host, ADDRESSES),
]
CSRF_TRUSTED_ORIGINS = [f"{address.scheme}://{address.netloc}" for address in ADDRESSES]
CSRF_FAILURE_VIEW = "ecriture.web.views.errors.forgery"

ROOT_URLCONF = "ecriture.project.urls"
WSGI_APPLICATION = "ecriture.project.wsgi.application"

INSTALLED_APPS = [
    "ecriture.store",
    "ecriture.web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",  # the widget templates, beside ours
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "ecriture.web.middleware.answer_probes",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "ecriture.web.middleware.guard_answers",  # after the files of the pages, which may be cached
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "ecriture.web.middleware.BoundBodies",  # before the one that reads them
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "ecriture.web.middleware.speak_their_language",
    "django.contrib.messages.middleware.MessageMiddleware",
    "ecriture.web.middleware.explain_what_is_not_allowed",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",  # last, so that a lock-out overrides all other answers
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],  # before allauth's, so that ours replace them
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ecriture.web.context.navigation",
            ]
        },
    }
]
FORM_RENDERER = "ecriture.web.forms.rendering.Renderer"

# The database. Everything is written within a short transaction of its own; a page is not one.
DATABASES = {"default": environment.database(HOME)}
# The limits and one-time codes are counted here, so that all processes count together and a restart forgets nothing.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "ecriture_counts",
        "OPTIONS": {"MAX_ENTRIES": 200_000},  # above it some are forgotten, which would lift a limit
    }
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}  # `ecriture serve` runs them, or `ecriture worker`
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# People

AUTH_USER_MODEL = "store.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # first, so that a locked account stays locked
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_REDIRECT_URL = "home"
LOGIN_URL = "account_login"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_ADAPTER = "ecriture.web.accounts.Adapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_FORMS = {
    "login": "ecriture.web.accounts.LoginForm",
    "signup": "ecriture.web.accounts.SignupForm",
    "add_email": "ecriture.web.accounts.ChangeEmailForm",
    "change_password": "ecriture.web.accounts.ChangePasswordForm",
    "set_password": "ecriture.web.accounts.SetPasswordForm",
    "reset_password": "ecriture.web.accounts.ResetPasswordForm",
    "reset_password_from_key": "ecriture.web.accounts.ResetPasswordKeyForm",
    "reauthenticate": "ecriture.web.accounts.ReauthenticateForm",
}
ACCOUNT_EMAIL_VERIFICATION = (
    "mandatory"  # an account is for whoever has the mailbox, and sign-up can say the same to all
)
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True  # only in the browser that signed up
ACCOUNT_CHANGE_EMAIL = True  # one address, which changes once the new one is confirmed
ACCOUNT_EMAIL_NOTIFICATIONS = True  # tell people whose password was changed by somebody else
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Écriture · "
ACCOUNT_RATE_LIMITS = {
    "login_failed": "100/m/ip,50/300s/key",  # above the limit of axes; otherwise two lock-outs compete
    "manage_email": "10/m/user,30/d/user",  # each sends an e-mail to an address of the person's choice
    "signup": "20/m/ip,200/d/ip",
    "code": "5/30s/key,30/h/key",  # ours: guesses of a second factor, by person
}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_PROXY else 0
MFA_ADAPTER = "ecriture.web.accounts.CodeAdapter"
MFA_FORMS = {
    "activate_totp": "ecriture.web.accounts.ActivateForm",
    "authenticate": "ecriture.web.accounts.AuthenticateForm",
    "reauthenticate": "ecriture.web.accounts.ReauthenticateCodeForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Écriture"
MFA_TOTP_TOLERANCE = 1  # also the previous and next code: phone clocks differ, and typing takes time
MFA_ALLOW_UNVERIFIED_EMAIL = True  # else nobody with two factors could change the address; all are verified by then
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_USERNAME_FORM_FIELD = (
    "email"  # the name that allauth passes to backends; with another one all people would count as one
)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "ecriture.web.accounts.client_address"
AXES_HTTP_RESPONSE_CODE = 429
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "account/locked.html"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
SIGNUP_OPEN = not environment.flag("ECRITURE_CLOSED")
"""With ECRITURE_CLOSED=1 only invited people can sign up."""
VERIFY_OPEN = not environment.flag("ECRITURE_NO_VERIFY")
"""With ECRITURE_NO_VERIFY=1 nobody can check a file without an account: the page is not there."""
DEFAULT_FROM_EMAIL = os.environ.get("ECRITURE_MAIL_FROM", "ecriture@localhost")
globals().update(environment.mail())

# Language

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", gettext_lazy("French")), ("en", gettext_lazy("English"))]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = environment.time_zone()

# Safety

SECURE_COOKIES = any(address.scheme == "https" for address in ADDRESSES)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE_COOKIES
COOKIE_PREFIX = "__Host-" if SECURE_COOKIES else ""
"""Over https no neighbour under the same domain, and no http, can set our cookies."""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}session", f"{COOKIE_PREFIX}csrf"
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}language"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_COOKIES else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_SSL_REDIRECT = SECURE_COOKIES and BEHIND_PROXY  # without the proxy's header every page would look like http
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SECURE_COOKIES else "http"
# HSTS for subdomains and its preload list are decisions of the domain's owner.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # the QR code of two-factor
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF],  # the film of the guide and its captions
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = FILE
DATA_UPLOAD_MAX_NUMBER_FIELDS = 21_000
"""A form that ticks the most items that there may be."""

# Files of the pages

WHITENOISE_MIMETYPES = {".vtt": "text/vtt"}  # captions, of which it knows nothing
STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "ecriture.security": {"level": "INFO"},
        "waitress.queue": {"level": "ERROR"},  # it warns whenever a request waits for a thread
    },
}
