"""Other settings, tried and not kept."""

import json
from fractions import Fraction

import pytest

from scoring import InvalidCalibration, altered
from scoring.what_if import SETTINGS
from tests.scoring.worlds import CALIBRATION

TAKEN = {
    "weights": ("[0.1, 0.2, 0.3, 0.4]", (0.1, 0.2, 0.3, 0.4)),
    "balance": ("0.5", 0.5),
    "floor": ("0.2", 0.2),
    "p0_permille": ("2_000", 2000),
    "p1_permille": ("300", 300),
    "nice_permille": ("0", 0),
    "half_life_days": ("100", 100),
    "lost_half_life_days": ("9", 9),
    "lost_max_days": ("8", 8),
    "stale_open_days": ("7", 7),
    "p0_prior_strength": ("4", 4),
    "owner_kappa": ("1/3", Fraction(1, 3)),
    "owner_keeps": ("2", 2),
    "typed_cap": ("1,000.50", 100_050),
    "tam_coef": ("0.02", Fraction(1, 50)),
}


class TestTrying:
    @pytest.mark.parametrize(("name", "given"), TAKEN.items())
    @pytest.mark.parametrize("prefix", ["", "scoring."])
    def test_changes_that_setting_and_no_other(self, name: str, given: tuple[str, object], prefix: str) -> None:
        text, value = given
        found = altered(CALIBRATION, {f"{prefix}{name}": text})
        assert getattr(found.policy, name) == value
        before, after = (json.loads(json.dumps(each.figures())) for each in (CALIBRATION, found))
        assert {key for key in before if before[key] != after[key]} == {"policy"}
        assert [key for key in before["policy"] if before["policy"][key] != after["policy"][key]] == [name]

    def test_caps_and_the_prior(self) -> None:
        found = altered(CALIBRATION, {"family_cap": "50_000", "owner_cap": "Off", "p0_prior": "1/4"})
        assert (found.family_cap, found.owner_cap_on, found.p0_prior) == (5_000_000, False, Fraction(1, 4))
        assert altered(found, {"owner_cap": "on"}).owner_cap_on

    def test_all_settings_are_named(self) -> None:
        assert set(SETTINGS) == {*TAKEN, "family_cap", "owner_cap", "p0_prior"}

    def test_nothing_tried_is_nothing_changed(self) -> None:
        assert altered(CALIBRATION, {}) == CALIBRATION

    @pytest.mark.parametrize(
        ("name", "text", "said"),
        [
            ("weight", "1", "weight: there is no such setting. There are: weights, "),
            ("weights", "1 0 0", "weights: '1 0 0' is not"),
            ("scoring.weights", "a b c d", "scoring.weights: 'a b c d' is not"),
            ("weights", "1 1 0 0", "must not be negative and must add up to 1"),
            ("weights", "nan 0 0 1", "must not be negative and must add up to 1"),
            ("balance", "11", "balance must lie between"),
            ("balance", "nan", "balance must lie between"),
            ("owner_kappa", "1/0", "owner_kappa: '1/0' is not"),
            ("owner_cap", "perhaps", "owner_cap: 'perhaps' is not"),
            ("half_life_days", "1e3", "half_life_days: '1e3' is not"),
            ("family_cap", "inf", "family_cap: 'inf' is not"),
        ],
    )
    def test_nonsense_is_refused_with_its_name(self, name: str, text: str, said: str) -> None:
        with pytest.raises(InvalidCalibration, match=said):
            altered(CALIBRATION, {name: text})
