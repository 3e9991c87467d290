"""Files that the bot uploads."""

from dataclasses import dataclass
from urllib.parse import quote

from sandbox.slack.errors import SlackError
from sandbox.slack.ids import Ids
from sandbox.slack.json_types import Json


@dataclass(kw_only=True)
class File:
    """An upload: announced, then filled, then shared."""

    id: str
    name: str
    length: int
    title: str = ""
    alt_text: str = ""
    content: bytes | None = None

    def as_slack(self, base_url: str) -> Json:
        return {
            "id": self.id,
            "name": self.name,
            "title": self.title,
            "alt_txt": self.alt_text,
            "size": self.length,
            "url_private": self._url(base_url),
            "url_private_download": self._url(base_url),
        }

    def as_client(self, base_url: str, channel_id: str) -> Json:
        return {"id": self.id, "name": self.name, "url": self._url(base_url), "channel": channel_id}

    def _url(self, base_url: str) -> str:
        return f"{base_url}/files/{self.id}/{quote(self.name)}"


class Files:
    """Keep uploads in memory."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self._files: dict[str, File] = {}

    def expect(self, *, name: str, length: int, alt_text: str = "") -> File:
        file = File(id=self._ids.new("F"), name=name, length=length, alt_text=alt_text)
        self._files[file.id] = file
        return file

    def receive(self, file_id: str, content: bytes) -> None:
        """Take the bytes; raise `file_not_found`, or `invalid_length` when they are not what was announced."""
        file = self.get(file_id)
        if len(content) != file.length:
            raise SlackError("invalid_length")
        file.content = content

    def complete(self, file_id: str, *, title: str | None) -> File:
        file = self.get(file_id)
        if file.content is None:
            raise SlackError("file_not_found")
        file.title = title or file.name
        return file

    def get(self, file_id: str) -> File:
        if file_id not in self._files:
            raise SlackError("file_not_found")
        return self._files[file_id]
