"""The page's files, once they are built."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

DIST = Path(__file__).parent.parent / "web" / "dist"
_NOT_BUILT = "The page is not built yet. Run `make setup`, then start the sandbox again.\n"


def page_routes(dist: Path = DIST) -> list[BaseRoute]:
    """Serve the built page, or say how to build it."""

    async def index(_: Request) -> Response:
        built = dist / "index.html"
        return FileResponse(built) if built.is_file() else PlainTextResponse(_NOT_BUILT)

    routes: list[BaseRoute] = [Route("/", index)]
    if (dist / "assets").is_dir():
        routes.append(Mount("/assets", StaticFiles(directory=dist / "assets")))
    return routes
