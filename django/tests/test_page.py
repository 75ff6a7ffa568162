from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.staticfiles import finders
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.http import HttpRequest
from django.template import TemplateSyntaxError, engines
from django.test import RequestFactory
from pytest_django import Settings

from instant.models import Channel
from tests.conftest import MakeUser

FAKE = """
const given = JSON.parse(process.argv[1])
const seen = []
const $instant = { handlers: {}, addHandler(name, take) { this.handlers[name] = take } }
for (const script of given.scripts) {
  try {
    new Function("$instant", "seen", script)($instant, seen)
  } catch (error) {
    seen.push(error.name)
  }
}
for (const event of given.events) ($instant.handlers[event.channel] ?? $instant.onMessage)?.(event)
console.log(JSON.stringify(seen))
"""


@pytest.fixture
def request_of_nobody(rf: RequestFactory) -> HttpRequest:
    request = rf.get("/")
    request.user = AnonymousUser()
    return request


@pytest.fixture
def request_of_user(rf: RequestFactory, make_user: MakeUser) -> HttpRequest:
    request = rf.get("/")
    request.user = make_user("user")
    return request


@pytest.fixture
def handlers(settings: Settings, tmp_path: Path) -> Path:
    """Where the site's handlers are."""
    folder = tmp_path / "instant" / "handlers"
    folder.mkdir(parents=True)
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    return folder


def render(request: HttpRequest | None, tag: str, **context: Any) -> str:
    template = engines["django"].from_string("{% load instant %}" + tag)
    return template.render(context, request)


def run(page: str, *events: dict[str, Any]) -> list[Any]:
    """Run the scripts of a page, give events to their handlers, and tell what these saw."""
    scripts = [part.partition(">")[2] for part in page.split("<script")[1:]]
    given = {"scripts": [part.partition("</script>")[0] for part in scripts], "events": events}
    node = shutil.which("node") or "node"
    ran = subprocess.run(  # noqa: S603  # Only our own.
        [node, "-e", FAKE, json.dumps(given)], capture_output=True, check=True, text=True
    )
    seen: list[Any] = json.loads(ran.stdout)
    return seen


def event(channel: str, **fields: Any) -> dict[str, Any]:
    return {"channel": channel, "site": "Shop", **fields}


class TestClient:
    def test_is_loaded_with_its_version_and_its_hash(self, request_of_nobody: HttpRequest) -> None:
        tag = render(request_of_nobody, "{% instant_client %}")
        path = finders.find("instant/index.min.js")
        assert isinstance(path, str)
        digest = hashlib.sha384(Path(path).read_bytes()).digest()
        assert 'src="/static/instant/index.min.js"' in tag
        assert f'integrity="sha384-{base64.b64encode(digest).decode()}"' in tag
        assert 'data-version="' in tag
        assert "nonce" not in tag

    def test_is_at_both_places_of_old(self) -> None:
        places = [finders.find(f"instant/{name}") for name in ("index.min.js", "index.js")]
        first, second = [Path(str(place)).read_bytes() for place in places]
        assert first == second
        assert b"$instant" in first

    def test_stays_what_its_hash_says_in_a_storage_that_renames(
        self, settings: Settings, tmp_path: Path, request_of_nobody: HttpRequest
    ) -> None:
        settings.STATIC_ROOT = str(tmp_path)
        backend = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
        settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": backend}}
        call_command("collectstatic", interactive=False, verbosity=0)
        tag = render(request_of_nobody, "{% instant_client %}")
        name = tag.partition('src="/static/')[2].partition('"')[0]
        assert name.startswith("instant/index.min.")
        digest = hashlib.sha384((tmp_path / name).read_bytes()).digest()
        assert base64.b64encode(digest).decode() in tag

    @pytest.mark.parametrize("tag", ["instant_client", "instant_connect"])
    def test_has_the_nonce_of_the_pages_policy(
        self, request_of_user: HttpRequest, tag: str
    ) -> None:
        assert 'nonce="n0nce"' in render(request_of_user, f"{{% {tag} %}}", csp_nonce="n0nce")
        request_of_user.csp_nonce = 'by "django-csp"'  # type: ignore[attr-defined]  # It does so.
        assert 'nonce="by &quot;django-csp&quot;"' in render(request_of_user, f"{{% {tag} %}}")


class TestConnecting:
    def test_tells_where_backend_and_engine_are(
        self, settings: Settings, request_of_user: HttpRequest
    ) -> None:
        page = render(request_of_user, "{% instant_connect %}")
        assert '$instant.init("", "ws://localhost:8427")' in page
        settings.INSTANT_WEBSOCKETS_URL = "wss://events.shop.test"
        page = render(request_of_user, "{% instant_connect %}")
        assert '$instant.init("", "wss://events.shop.test")' in page
        assert "$instant.connect()" in page

    def test_is_nothing_for_nobody(
        self, settings: Settings, request_of_nobody: HttpRequest
    ) -> None:
        assert render(request_of_nobody, "{% instant_connect %}") == ""
        settings.INSTANT_ANONYMOUS_ACCESS = True
        assert "$instant.connect()" in render(request_of_nobody, "{% instant_connect %}")

    @pytest.mark.parametrize(
        ("urls", "told"),
        [("tests.urls_below", '$instant.init("/shop", '), ("tests.urls_elsewhere", None)],
    )
    def test_knows_where_the_endpoints_are_mounted(
        self, settings: Settings, request_of_user: HttpRequest, urls: str, told: str | None
    ) -> None:
        settings.ROOT_URLCONF = urls
        if told is not None:
            assert told in render(request_of_user, "{% instant_connect %}")
            return
        with pytest.raises(ImproperlyConfigured, match="mount them as"):
            render(request_of_user, "{% instant_connect %}")

    def test_says_how_to_mount_the_endpoints_where_they_are_not(
        self, settings: Settings, request_of_user: HttpRequest
    ) -> None:
        settings.ROOT_URLCONF = "django.contrib.auth.urls"
        with pytest.raises(ImproperlyConfigured, match=r"nowhere.*mount them as"):
            render(request_of_user, "{% instant_connect %}")

    def test_needs_the_pages_request(self) -> None:
        with pytest.raises(ImproperlyConfigured, match="need the page's request"):
            render(None, "{% instant_connect %}")


@pytest.mark.django_db
class TestHandlers:
    def test_are_called_with_the_variables_of_old(
        self, request_of_user: HttpRequest, handlers: Path
    ) -> None:
        body = "seen.push([event_class, channel, message, data, site, uid, timestamp]) // all"
        (handlers / "news.js").write_text(body)
        page = render(request_of_user, '{% instant_handlers "news" %}')
        whole = event(
            "news",
            message="Hi",
            data=[1],
            event_class="important",
            id="0198",
            date="2030-01-01T00:00:00.000Z",
        )
        assert run(page, whole, event("news"), event("other")) == [
            ["important", "news", "Hi", [1], "Shop", "0198", "2030-01-01T00:00:00.000Z"],
            ["default", "news", "", {}, "Shop", None, None],
        ]

    def test_are_those_of_the_channels_that_the_visitor_may_see(
        self, request_of_user: HttpRequest, handlers: Path
    ) -> None:
        Channel.objects.create(name="team", level=Channel.Level.Users)
        Channel.objects.create(name="secret", level=Channel.Level.Staff)
        for name in ("team", "secret", "@me", "default"):
            (handlers / f"{name}.js").write_text(f"seen.push('{name}')\nreturn true")
        page = render(request_of_user, "{% instant_handlers %}")
        events = [event(name) for name in ("$team", "@me", "public", "$secret")]
        assert run(page, *events) == ["team", "@me", "default", "default"]
        # Not even the text of the file.
        assert "'secret'" not in page

    def test_of_a_page_are_those_that_it_names(
        self, request_of_user: HttpRequest, handlers: Path
    ) -> None:
        (handlers / "$team.js").write_text("seen.push(1)")
        (handlers / "default.js").write_text("seen.push('default')")
        page = render(request_of_user, '{% instant_handlers "$team" "public" %}')
        assert run(page, event("$team"), event("public"), event("$users")) == [1, "default"]

    def test_are_none_without_files(self, request_of_user: HttpRequest, handlers: Path) -> None:
        assert render(request_of_user, '{% instant_handlers %}{% instant_handlers "x" %}') == ""

    def test_of_nobody_are_none(self, request_of_nobody: HttpRequest, handlers: Path) -> None:
        (handlers / "public.js").write_text("seen.push(1)")
        assert render(request_of_nobody, "{% instant_handlers %}") == ""

    def test_with_a_mistake_leave_the_others(
        self, request_of_user: HttpRequest, handlers: Path
    ) -> None:
        (handlers / "a.js").write_text("if (")
        (handlers / "b.js").write_text("seen.push('b')")
        page = render(request_of_user, '{% instant_handlers "a" "b" %}')
        assert run(page, event("b")) == ["SyntaxError", "b"]

    @pytest.mark.parametrize("text", ['"</ScRipt>"', '"<!-- "'])
    def test_that_would_end_the_script_are_refused(
        self, request_of_user: HttpRequest, handlers: Path, text: str
    ) -> None:
        (handlers / "news.js").write_text(f"var x = {text}")
        with pytest.raises(TemplateSyntaxError, match=r"news\.js holds .*: write <\\"):
            render(request_of_user, '{% instant_handlers "news" %}')

    def test_get_nothing_of_the_page(self, request_of_user: HttpRequest, handlers: Path) -> None:
        (handlers / "news.js").write_text(
            'seen.push("{{ name }}{{ user }}", "{% url "admin:index" %}")'
        )
        attack = '\\"; seen.push("attacked"); //'
        page = render(request_of_user, '{% instant_handlers "news" %}', name=attack)
        assert run(page, event("news")) == ["", "/admin/"]

    @pytest.mark.parametrize("name", ['</script><script>"', "\\'", "a&b"])
    def test_of_channels_with_strange_names_stay_texts(
        self, request_of_user: HttpRequest, handlers: Path, name: str
    ) -> None:
        (handlers / "default.js").write_text("seen.push(channel)")
        page = render(request_of_user, "{% instant_handlers name %}", name=name)
        assert page.count("</script>") == 1
        assert run(page, event(name)) == [name]

    @pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "..\\secret"])
    def test_are_in_their_folder_only(
        self, request_of_user: HttpRequest, handlers: Path, name: str
    ) -> None:
        (handlers.parent / "secret.js").write_text("seen.push('secret')")
        assert render(request_of_user, "{% instant_handlers name %}", name=name) == ""


@pytest.mark.django_db
def test_one_include_sets_a_page_up_as_of_old(request_of_user: HttpRequest, handlers: Path) -> None:
    (handlers / "public.js").write_text("seen.push(message)")
    page = render(request_of_user, '{% include "instant/client.html" %}')
    places = [page.index(each) for each in ("index.min.js", "seen.push", "$instant.connect()")]
    assert places == sorted(places)
