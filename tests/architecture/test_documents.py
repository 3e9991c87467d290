"""What the documents say is what the code does: settings, commands, policy."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

import bot
from bot import cli, settings
from bot.manifest import COMMANDS, SHORTCUTS
from bot.policy_file import load_policy
from bot.settings import Settings

ROOT = Path(bot.__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")


def table(heading: str) -> dict[str, list[str]]:
    """The rows of the README's table with this heading, by their first cell."""
    lines = README.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"| {heading} |"))
    rows: dict[str, list[str]] = {}
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        first, *rest = [cell.strip() for cell in line.strip("|").split(" | ")]
        rows[first.strip("` |")] = rest
    return rows


def test_the_example_environment_names_every_setting_in_order() -> None:
    named = [match[1] for line in EXAMPLE.splitlines() if (match := re.match(r"#?\s?([A-Z][A-Z_]+)=", line))]
    assert named == settings.names()


def test_the_example_environment_holds_no_secret() -> None:
    for line in EXAMPLE.splitlines():
        match = re.match(r"([A-Z_]+)=(.*)", line)
        if match:
            assert match[2] in {"", "xoxb-", "xapp-", "xoxb-…", "xapp-…"} or "…" in match[2] or "://" in match[2], line


def test_the_readme_has_every_setting_with_its_default() -> None:
    rows = table("variable")
    assert list(rows) == settings.names()
    for name, field in Settings.model_fields.items():
        default = rows[name.upper()][0].strip("`")
        expected = "required" if field.is_required() else "none" if field.default is None else str(field.default)
        assert default == expected, name


def test_the_readme_has_every_command_of_slack() -> None:
    rows = table("in Slack")
    written = {row.split()[0] for row in rows if row.startswith("/")}
    assert written == {one["command"] for one in COMMANDS}
    assert all(any(one["name"] in row for row in rows) for one in SHORTCUTS)


def test_the_readme_has_every_command_of_the_command_line() -> None:
    rows = table("on the command line")
    group = get_command(cli.app)
    assert set(rows) == {f"gapbot {name}" for name in group.commands}  # type: ignore[attr-defined]
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        for sub in getattr(command, "commands", {}):
            assert f"`{sub}" in rows[f"gapbot {name}"][0], f"gapbot {name} {sub}"


def _policy_examples() -> list[str]:
    texts = [README, *(path.read_text(encoding="utf-8") for path in (ROOT / "docs").rglob("*.md"))]
    return [block for text in texts for block in re.findall(r"```toml\n(.*?)```", text, re.DOTALL)]


def test_there_is_an_example_of_the_policy() -> None:
    assert _policy_examples()


@pytest.mark.parametrize("number", range(len(_policy_examples())))
def test_documented_policy_is_valid(number: int, tmp_path: Path) -> None:
    path = tmp_path / "gapbot.toml"
    path.write_text(re.sub(r"([UCS])0?…", r"\g<1>0EXAMPLE", _policy_examples()[number]), encoding="utf-8")
    load_policy(path)


def test_nothing_written_names_a_machine() -> None:
    for path in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]:
        assert not re.search(r"/(?:root|home|work)/", path.read_text(encoding="utf-8")), path
