"""One settings file; the environment decides. Every variable is documented in docs/operation.md."""

import sys
from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF

from clx20.languages import offered

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
env.smart_cast = False

# --- What kind of place is this? -------------------------------------------------------------
TESTING = "pytest" in sys.modules
DEMO = env.bool("DEMO", default=False)  # demo sign-ins are shown, no second factor is forced
DEBUG = env.bool("DEBUG", default=False)
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var")))
for _folder in (DATA_DIR, DATA_DIR / "static", DATA_DIR / "queue", DATA_DIR / "queue-control", DATA_DIR / "files"):
    _folder.mkdir(parents=True, exist_ok=True)
SITE_URL = env.str("SITE_URL", default="http://localhost:8000").rstrip("/")
IS_SECURE = SITE_URL.startswith("https://")

# A fixed key is allowed only where nothing real is protected: demo, debug, tests.
_UNSAFE_KEY = "demo-key-for-a-portal-with-fictional-people-only-never-in-production-0123456789"
SECRET_KEY = env.str("SECRET_KEY", default=_UNSAFE_KEY) if (DEMO or DEBUG or TESTING) else env.str("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[SITE_URL])

# --- Apps: the ladder, lowest first (docs/house-plan.md) -------------------------------------
INSTALLED_APPS = [
    "core",
    "notifications",
    "partners",
    "workgroups",
    "meetings",
    "practices",
    "visits",
    "actionplans",
    "overview",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "rest_framework",
    "knox",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_cotton.apps.SimpleAppConfig",
    "template_partials.apps.SimpleAppConfig",
    "django_htmx",
    "csp",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
]

# Rooms whose answers may be kept (core/stamps.py). Letters change with each delivery and are never kept.
KEPT_ROOMS = [app for app in INSTALLED_APPS[: INSTALLED_APPS.index("allauth")] if app != "notifications"]
KEPT_MEGABYTES = env.int("KEPT_MEGABYTES", default=16)  # per process; 0 keeps nothing and answers every read anew

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.middleware.CleanRequestMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "core.middleware.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "partners.middleware.PersonMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "partners.middleware.SecondFactorMiddleware",
]

ROOT_URLCONF = "clx20.urls"
WSGI_APPLICATION = "clx20.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Templates: cotton and partials need their loaders written by hand (decision 0003) -------
_LOADERS = [
    "django_cotton.cotton_loader.Loader",
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "builtins": [
                "django_cotton.templatetags.cotton",
                "django.templatetags.i18n",
                "core.templatetags.ui",
            ],
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    _LOADERS if DEBUG else [("django.template.loaders.cached.Loader", _LOADERS)],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "partners.context.partnership",
                "notifications.context.inbox",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Database: SQLite in a folder by default, PostgreSQL where the environment names one ------
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'portal.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # WAL + IMMEDIATE + timeout: without them 129 of 600 writes failed "database is locked".
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# Opening costs more than most queries, on SQLite too: it reads the schema and sets the three pragmas anew.
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)

# --- Cache: Redis where named, else a table shared by all processes --------------------------
REDIS_URL = env.str("REDIS_URL", default="")
CACHES = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "core_cache"}
    )
}

# --- The clock: tasks are wake-ups only, rows in the database are the truth ------------------
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_REDIRECT_STDOUTS = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 5, "visibility_timeout": 600}
else:
    CELERY_BROKER_URL = "filesystem://"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(DATA_DIR / "queue"),
        "data_folder_out": str(DATA_DIR / "queue"),
        "control_folder": str(DATA_DIR / "queue-control"),
        "store_processed": False,
        "polling_interval": 0.2,
    }

# --- People and sign-in ------------------------------------------------------------------------
AUTH_USER_MODEL = "partners.User"
PERSON_MODEL = "partners.Person"  # whom letters, history and files know; `core` knows no more
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_REDIRECT_URL = "overview:home"
LOGIN_URL = "account_login"
ACCOUNT_ADAPTER = "partners.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "partners.signup.InvitedSignupForm"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if IS_SECURE else "http"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_SECURE
MFA_TOTP_ISSUER = "CLX20"
SECOND_FACTOR_FOR_STAFF = env.bool("SECOND_FACTOR_FOR_STAFF", default=not (DEMO or TESTING))
USERSESSIONS_TRACK_ACTIVITY = False
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_SECURE
CSRF_COOKIE_HTTPONLY = True

# --- API -----------------------------------------------------------------------------------------
KNOX_TOKEN_MODEL = "partners.ApiToken"
REST_KNOX = {
    "TOKEN_TTL": None,
    "AUTH_HEADER_PREFIX": "Bearer",
    "TOKEN_PREFIX": "clx_",
    "TOKEN_MODEL": "partners.ApiToken",
}
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "partners.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["partners.authentication.ScopePermission"],
    "DEFAULT_PARSER_CLASSES": ["core.rest.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "core.rest.paging.PageNumbers",
    "DEFAULT_FILTER_BACKENDS": ["core.rest.filtering.StrictFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "core.rest.schema.PortalSchema",
    "DEFAULT_THROTTLE_CLASSES": ["core.rest.throttling.PersonThrottle"],
    "DEFAULT_THROTTLE_RATES": {
        "person": env.str("API_RATE", default="600/min"),
        "anonymous": "100000/min" if TESTING else "120/min",  # tests crawl everything within a minute
    },
    "EXCEPTION_HANDLER": "core.rest.problems.problem_response",
    "PAGE_SIZE": 50,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Partnership portal API",
    "DESCRIPTION": "Meetings, workgroups, practices, study visits and action plans of the partnership.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SORT_OPERATIONS": True,
    "ENUM_NAME_OVERRIDES": {
        "VisibilityChoice": "partners.models.Visibility",
        "NarrowVisibility": "visits.forms.TAKEAWAY_VISIBILITY",  # all but the workgroup
        "OrganisationRole": "partners.models.Organisation.Role",
        "MembershipRole": "partners.models.Membership.Role",
        "WorkgroupState": "workgroups.models.Workgroup.State",
        "GroupRole": "workgroups.models.GroupMembership.Role",
        "InitiativeState": "workgroups.models.Initiative.State",
        "MeetingState": "meetings.models.Meeting.State",
        "MeetingKind": "meetings.models.Meeting.Kind",
        "AgendaItemKind": "meetings.models.AgendaItem.Kind",
        "RegistrationState": "meetings.models.Registration.State",
        "TodoState": "meetings.models.Todo.State",
        "PracticeState": "practices.models.Practice.State",
        "FormFieldKind": "practices.models.FormField.Kind",
        "TransferStage": "practices.models.Transfer.Stage",
        "VisitState": "visits.models.StudyVisit.State",
        "SignUpState": "visits.models.SignUp.State",
        "InstrumentKind": "actionplans.models.PolicyInstrument.Kind",
        "PlanState": "actionplans.models.ActionPlan.State",
        "ActionState": "actionplans.models.Action.State",
    },
}

# --- Language, time ------------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGES, LANGUAGES_IN_PART = offered(LOCALE_PATHS[0])  # a language needs only a catalogue (docs/languages.md)
LANGUAGE_COOKIE_AGE = 60 * 60 * 24 * 365  # the choice of a visitor; people with an account have it in their profile
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = IS_SECURE
TIME_ZONE = "UTC"
USE_TZ = True
FORMAT_MODULE_PATH = ["core.formats"]

# --- Files and static ----------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(DATA_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = DATA_DIR / "files"
MAX_UPLOAD_BYTES = 10 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
_is_collected = env.bool("STATIC_COLLECTED", default=False)  # the image build ran collectstatic
WHITENOISE_USE_FINDERS = not _is_collected
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "whitenoise.storage.CompressedManifestStaticFilesStorage"
            if _is_collected
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}

# --- Security headers ----------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31536000 if IS_SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_SECURE
SECURE_SSL_REDIRECT = IS_SECURE
SECURE_REDIRECT_EXEMPT = [r"^live$", r"^ready/?$", r"^health/?$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
X_FRAME_OPTIONS = "DENY"

# --- Mail ----------------------------------------------------------------------------------------
vars().update(env.email("EMAIL_URL", default="consolemail://" if DEBUG else "dummymail://"))
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Partnership portal <portal@example.org>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
MAIL_DOMAIN = env.str("MAIL_DOMAIN", default="portal.example.org")  # right side of every Message-ID
MAIL_LEASE_SECONDS = env.int("MAIL_LEASE_SECONDS", default=300)
MAIL_HOOK_SECRET = env.str("MAIL_HOOK_SECRET", default="")  # a provider signs its reports; empty: none are taken

# --- Logs: one line each, to standard output -----------------------------------------------------
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "core.logs.JsonLine"}},
    "handlers": {"out": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "line"}},
    "root": {"handlers": ["out"], "level": LOG_LEVEL},
    "loggers": {"django.request": {"level": "ERROR"}, "kombu": {"level": "WARNING"}},
}

# --- Tests: plain files, quick hashes, letters kept in memory ------------------------------------
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    CELERY_TASK_ALWAYS_EAGER = False
