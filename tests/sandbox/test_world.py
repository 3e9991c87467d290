"""The workspace itself: the same in every run, and something one can wait for."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.slack.elements import carried_values, initial_values, with_ids
from sandbox.slack.ids import Ids, Timestamps
from sandbox.slack.mentions import escaped, linked
from sandbox.slack.office import acme_office
from sandbox.slack.server import SlackServer
from sandbox.slack.world import World
from tests.sandbox.blocks import actions, button, field, section, select, text_input
from tests.sandbox.bolt_counterpart import MANIFEST


def frozen() -> float:
    return 1_800_000_000.0


class TestSameEveryTime:
    def test_ids_and_times_follow_from_seed_and_clock(self) -> None:
        def run(seed: int) -> list[str]:
            with SlackServer(acme_office(seed=seed, clock=frozen), manifest=MANIFEST, retry_delays=()) as slack:
                said = slack.as_user("ava").post("x", channel="general")
                return [slack.app.id, slack.app.bot_user_id, said.ts, slack.triggers.issue("U0AVA")]

        assert run(1) == run(1)
        assert run(1)[0] != run(2)[0]

    def test_ids_look_like_slacks(self) -> None:
        ids = Ids(seed=0)
        made = {ids.new("U") for _ in range(1_000)}

        assert len(made) == 1_000
        assert all(len(one) == 11 and one.isalnum() and one.isupper() for one in made)

    @given(st.lists(st.floats(min_value=0, max_value=2e9), min_size=1, max_size=30))
    def test_timestamps_only_grow_even_when_the_clock_jumps_back(self, times: list[float]) -> None:
        clock = iter(times)
        timestamps = Timestamps(clock=lambda: next(clock))

        made = [timestamps.new() for _ in times]

        assert made == sorted(set(made), key=float)


class TestWaiting:
    def test_ends_when_it_happens(self) -> None:
        world = World(seed=1)
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(world.wait_for, lambda: world.channels)
            world.add_channel("general")

            assert waiting.result(timeout=5) is None

    def test_ends_when_it_does_not(self) -> None:
        with pytest.raises(TimeoutError):
            World(seed=1).wait_for(lambda: False, timeout=0.01)


class TestTyping:
    @pytest.mark.parametrize(
        ("typed", "sent"),
        [
            ("hi @ava", "hi <@U0AVA>"),
            ("@nobody and mail@ava", "@nobody and mail@ava"),
            ("#general #nowhere", "<#C0GENERAL|general> #nowhere"),
            ("<!channel> & <@U0AVA>", "&lt;!channel&gt; &amp; &lt;@U0AVA&gt;"),
        ],
    )
    def test_what_is_typed_becomes_markup(self, typed: str, sent: str) -> None:
        assert linked(escaped(typed), acme_office(), with_names=False) == sent

    @given(st.text())
    def test_nobody_types_live_markup(self, typed: str) -> None:
        assert not set(escaped(typed)) & {"<", ">"}


class TestState:
    def test_starts_with_what_the_app_chose(self) -> None:
        blocks = with_ids(
            [field(text_input(initial_value="a")), section(accessory=select()), actions(button())], Ids(seed=0)
        )

        values = [value for block in initial_values(blocks).values() for value in block.values()]

        assert values == [
            {"type": "plain_text_input", "value": "a"},
            {"type": "static_select", "selected_option": None},
        ]

    def test_is_not_carried_into_another_kind_of_input(self) -> None:
        old = {"a": {"value": {"type": "plain_text_input", "value": "typed"}}}

        values = carried_values(old, [field(select(action_id="value"), block_id="a")])

        assert values == {"a": {"value": {"type": "static_select", "selected_option": None}}}
