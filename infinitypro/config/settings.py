"""Every setting, from the environment; a bad value stops the start with a sentence that says what to set."""

import os
import re
import secrets
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from infinitypro.config import peers
from infinitypro.core import home
from infinitypro.core import networks as outside
from infinitypro.core.errors import Misconfigured
from infinitypro.core.postgres import address

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_PUBLIC_URL = "http://localhost:8000"


def text(name: str, default: str = "") -> str:
    """The variable, or the content of the file that `<name>_FILE` names."""
    if file := os.environ.get(f"{name}_FILE"):
        try:
            return Path(file).read_text().strip()
        except OSError as error:
            raise Misconfigured(
                f"{name}_FILE names {file}, which cannot be read ({error.strerror})."
            ) from error
    return os.environ.get(name, default)


def flag(name: str, default: bool = False) -> bool:
    """A variable that is on or off."""
    value = text(name, "1" if default else "0").lower()
    if value not in ("0", "1", "true", "false", "yes", "no", "on", "off"):
        raise Misconfigured(f"{name} is {value!r}; set it to 1 or 0.")
    return value in ("1", "true", "yes", "on")


def number(name: str, default: float) -> float:
    """A variable that is a number not below zero."""
    try:
        value = float(text(name, str(default)))
    except ValueError:
        value = -1.0
    if value < 0:
        raise Misconfigured(f"{name} must be a number, not {os.environ.get(name)!r}.")
    return value


def base_url(name: str, default: str) -> str:
    """A variable that is an http(s) address, without a slash at its end."""
    value = text(name, default).rstrip("/")
    if urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).netloc:
        raise Misconfigured(f"{name} must be an address such as {default}, not {value!r}.")
    return value


def cookie_names(*, is_secure: bool) -> tuple[str, str]:
    """What the session's and the CSRF cookie are called; `__Host-` keeps other hosts of the domain from setting them."""
    prefix = "__Host-" if is_secure else ""
    return f"{prefix}sessionid", f"{prefix}csrftoken"


def networks(name: str) -> tuple[peers.Network, ...]:
    """A variable that lists addresses and networks."""
    found = []
    for word in text(name).replace(",", " ").split():
        try:
            found.append(ip_network(word))
        except ValueError as error:
            raise Misconfigured(
                f"{name} must list addresses or networks such as 192.0.2.7,10.0.0.0/8; {word!r} is neither."
            ) from error
    return tuple(found)


def contact(name: str, default: str) -> str:
    """A variable that says where people are reached: an e-mail address, or a mailto:, tel: or https: address."""
    value = text(name) or default
    if re.fullmatch(r"[^\s:/@]+@[^\s:/@]+", value):
        value = f"mailto:{value}"
    if not re.fullmatch(r"(?:mailto:|tel:|https://)\S+", value):
        raise Misconfigured(f"{name} must be an e-mail address or begin with https://, not {value!r}.")
    return value


def peers_named(name: str) -> frozenset[tuple[str, int]]:
    """A variable that lists hosts with their ports."""
    try:
        return frozenset(map(outside.peer, text(name).replace(",", " ").split()))
    except ValueError as error:
        raise Misconfigured(
            f"{name} must list peers such as idp.example.com:443,10.0.0.7:8080: {error}."
        ) from error


# What an operator sets
PUBLIC_URL = base_url("PUBLIC_URL", DEFAULT_PUBLIC_URL)
WHATSAPP_API_URL = base_url("WHATSAPP_API_URL", "https://graph.facebook.com")
DEMO_VENDOR_URL = ""  # set by `up --demo`
WHATSAPP_APP_SECRET = text("WHATSAPP_APP_SECRET") or home.existing_secret("whatsapp-app-secret") or ""
WHATSAPP_VERIFY_TOKEN = text("WHATSAPP_VERIFY_TOKEN") or home.existing_secret("whatsapp-verify-token") or ""
SECURITY_CONTACT = contact("SECURITY_CONTACT", f"security@{urlsplit(PUBLIC_URL).hostname}")
METRICS_TOKEN = text("METRICS_TOKEN") or home.existing_secret("metrics-token") or ""
SETTLE_SECONDS = number("SETTLE_SECONDS", 2)
SETTLE_AT_MOST_SECONDS = number("SETTLE_AT_MOST_SECONDS", 6)
DOOR_BODY_LIMIT = int(number("DOOR_BODY_LIMIT", 3 * 1024 * 1024))
WORKERS = int(number("WORKERS", 2))
API_RATE = int(number("API_RATE", 600)) or 1
PAGE_BODY_LIMIT = int(number("PAGE_BODY_LIMIT", 10 * 1024 * 1024))
TRUSTED_PROXIES = networks("TRUSTED_PROXIES")
OUTBOUND_ALLOW = peers_named("OUTBOUND_ALLOW")
GOOGLE_OAUTH_URL = base_url("GOOGLE_OAUTH_URL", "https://accounts.google.com")
GOOGLE_CLIENT_ID = text("GOOGLE_CLIENT_ID")
GOOGLE_CLIENT_SECRET = text("GOOGLE_CLIENT_SECRET")
SIGNUP_OPEN = flag("SIGNUP_OPEN", default=True)

# Mail; without a server it lies in files under the home
EMAIL_HOST = text("EMAIL_HOST")
EMAIL_PORT = int(number("EMAIL_PORT", 587))
EMAIL_HOST_USER = text("EMAIL_USER")
EMAIL_HOST_PASSWORD = text("EMAIL_PASSWORD")
EMAIL_USE_SSL = EMAIL_PORT == 465  # TLS from the first byte
EMAIL_USE_TLS = flag("EMAIL_TLS", default=True) and not EMAIL_USE_SSL
EMAIL_TIMEOUT = 20
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if EMAIL_HOST
    else "infinitypro.core.mail.folder.FolderBackend"
)
DEFAULT_FROM_EMAIL = text("EMAIL_FROM", f"Infinity Pro <no-reply@{urlsplit(PUBLIC_URL).hostname}>")

# Django
DEBUG = False
SECRET_KEY = text("SECRET_KEY") or home.existing_secret("django") or secrets.token_urlsafe(32)
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", urlsplit(PUBLIC_URL).hostname or "localhost"]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
ROOT_URLCONF = "infinitypro.config.urls"
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    "infinitypro.config",
    "infinitypro.core",
    "infinitypro.core.vault",
    "infinitypro.accounts",
    "infinitypro.business",
    "infinitypro.contacts",
    "infinitypro.channels",
    "infinitypro.inbox",
    "infinitypro.booking",
    "infinitypro.assistant",
    "infinitypro.intake",
    "infinitypro.console",
    "infinitypro.demo",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "ninja",
    "procrastinate.contrib.django",
]
MIDDLEWARE = [
    "infinitypro.config.middleware.ProgramsMiddleware",
    "infinitypro.config.middleware.OneNameMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "infinitypro.console.errors.ErrorsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "infinitypro.accounts.middleware.SeenMiddleware",
    "infinitypro.accounts.middleware.OwnPagesMiddleware",
    "infinitypro.accounts.throttling.ThrottleMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "infinitypro.config.shell.shell",
            ]
        },
    }
]
DATABASES = {alias: address.of(alias).serving() for alias in (address.DATA, address.KEYRING)}
DATABASE_ROUTERS = ["infinitypro.core.vault.router.KeyringRouter"]
MIGRATION_MODULES: dict[str, str] = {}
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False

STATIC_URL = "/static/"
STATIC_ROOT = ROOT.parent / ".build" / "static"
COUNTRIES = ROOT.parent / ".build" / "country.mmdb"
STATICFILES_DIRS = [ROOT / "static"]
SERVESTATIC_ALLOW_ALL_ORIGINS = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "servestatic.storage.CompressedManifestStaticFilesStorage"},
}

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
# NIST SP 800-63B: long, not common, not about the person; no rules of composition, no expiry.
PASSWORD_HASHERS = [
    "infinitypro.accounts.passwords.Argon2",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "infinitypro.accounts.passwords.LongEnough"},
    {"NAME": "infinitypro.accounts.passwords.Uncommon"},
    {"NAME": "infinitypro.accounts.passwords.NotAboutThem"},
]
PASSWORD_RESET_TIMEOUT = 60 * 60
ACCOUNT_ADAPTER = "infinitypro.config.sign_up.Adapter"
ACCOUNT_SIGNUP_FORM_CLASS = "infinitypro.config.sign_up.AboutYou"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = urlsplit(PUBLIC_URL).scheme
ACCOUNT_PASSWORD_MIN_LENGTH = None  # the validators say it
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60
ACCOUNT_LOGOUT_ON_GET = False
SOCIALACCOUNT_ADAPTER = "infinitypro.accounts.social.Adapter"
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_LOGIN_ON_GET = True  # the policy of our pages lets no form lead elsewhere
SOCIALACCOUNT_REAUTHENTICATION_REQUIRED = False  # the page that begins it asks
ACCOUNT_RATE_LIMITS = False  # they count in each process apart; see accounts/throttling.py
MFA_ADAPTER = "infinitypro.accounts.second_factor.Adapter"
MFA_FORMS = {
    "authenticate": "infinitypro.accounts.second_factor_forms.Authenticate",
    "reauthenticate": "infinitypro.accounts.second_factor_forms.Reauthenticate",
    "add_webauthn": "infinitypro.accounts.second_factor_forms.AddPasskey",
    "authenticate_webauthn": "infinitypro.accounts.second_factor_forms.AuthenticatePasskey",
    "login_webauthn": "infinitypro.accounts.second_factor_forms.LogInByPasskey",
    "reauthenticate_webauthn": "infinitypro.accounts.second_factor_forms.ReauthenticatePasskey",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Infinity Pro"
MFA_TOTP_TOLERANCE = 1  # half a minute of a clock that is wrong
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = False
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/app/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/accounts/login/"

# Safari takes no Secure cookie from plain http, not even from localhost.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = urlsplit(PUBLIC_URL).scheme == "https"
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = cookie_names(is_secure=SESSION_COOKIE_SECURE)
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# What is uploaded never lies in a file in the clear; what is larger does not arrive.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 9 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"wordless": {"()": "infinitypro.core.logs.Wordless"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["wordless"]}},
    "root": {"handlers": ["stderr"], "level": text("LOG_LEVEL", "WARNING").upper()},
    "loggers": {"infinitypro": {"level": text("LOG_LEVEL", "INFO").upper()}},
}
