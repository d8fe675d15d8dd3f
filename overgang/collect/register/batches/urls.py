"""The addresses of imports: pages, and the interface for other systems."""

from django.urls import path, re_path

from overgang.collect.register.batches import api, screens

app_name = "imports"

FORMAT = "(?P<format>csv|xlsx)"

urlpatterns = [
    path("filer/", screens.sending, name="batches"),
    path("filer/<int:pk>/", screens.batch, name="batch"),
    path("filer/<int:pk>/ja", screens.accept, name="accept"),
    path("filer/<int:pk>/igjen", screens.again, name="again"),
    path("filer/<int:pk>/angre", screens.undo, name="undo"),
    re_path(rf"^filer/(?P<pk>[0-9]{{1,18}})/avviste\.{FORMAT}$", screens.rejected_file, name="rejected"),
    path("filer/mal/<slug:kind>/", screens.kind, name="kind"),
    re_path(rf"^filer/mal/(?P<kind>[a-z_]+)\.{FORMAT}$", screens.kind_file, name="kind_file"),
    path("api/openapi.json", api.description, name="description"),
    path("api/import/<slug:kind>", api.send, name="api_send"),
    path("api/import/<int:pk>/", api.see, name="api_see"),
]
