"""The settings of processes that the tests start: the portal and one more kind of letter."""

from clx20 import settings as portal

globals().update({name: getattr(portal, name) for name in dir(portal) if name.isupper()})
INSTALLED_APPS = [*portal.INSTALLED_APPS, "tests.notifications.sample"]
