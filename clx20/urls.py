"""Addresses of the portal."""

from importlib.util import find_spec

from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from clx20.api import router

handler400 = "core.views.bad_request"
handler403 = "core.views.forbidden"
handler404 = "core.views.not_found"
handler500 = "core.views.server_error"

ROOMS = {
    "": ("core", "overview"),
    "partners/": ("partners",),
    "workgroups/": ("workgroups",),
    "meetings/": ("meetings",),
    "practices/": ("practices",),
    "visits/": ("visits",),
    "action-plans/": ("actionplans",),
    "letters/": ("notifications",),
}

urlpatterns = [
    path("admin/", admin.site.urls),
    path("account/", include("allauth.urls")),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="api_schema"),
    path("api/v1/try/", SpectacularSwaggerSplitView.as_view(url_name="api_schema"), name="api_try"),
    path("api/v1/", include((router.urls, "api"))),
]
urlpatterns += [
    path(prefix, include(f"{room}.urls"))
    for prefix, rooms in ROOMS.items()
    for room in rooms
    if find_spec(f"{room}.urls")
]
