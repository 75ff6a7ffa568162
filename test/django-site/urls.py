"""The site's pages."""

import json

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import TemplateView
from instant.producers import publish


@csrf_exempt
def event(request: HttpRequest) -> HttpResponse:
    """Publish with the arguments of the body."""
    call = json.loads(request.body)
    publish(*call["args"], **call["kwargs"])
    return HttpResponse(status=204)


urlpatterns = [
    path("", TemplateView.as_view(template_name="empty.html")),
    path("page/", TemplateView.as_view(template_name="page.html")),
    path("event/", event),
    path("instant/", include("instant.urls")),
]
