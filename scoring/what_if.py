"""Try other settings than the frozen ones: what leadership would like to see before arguing about weights."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import TypeVar

from scoring.calibration import Calibration, InvalidCalibration

_Value = TypeVar("_Value")
_METRICS, _CENTS = 4, 100
_ON = {"on": True, "true": True, "yes": True, "off": False, "false": False, "no": False}


def altered(calibration: Calibration, settings: Mapping[str, str]) -> Calibration:
    """Return the calibration under other settings, each a name like `weights` or `scoring.weights` and its text.

    Raises `InvalidCalibration` with the name and what it takes.
    """
    policy: dict[str, object] = {}
    frozen: dict[str, object] = {}
    for given, text in settings.items():
        name = given.removeprefix("scoring.")
        if name in _OF_POLICY:
            policy[name] = _read(given, text, parse=_OF_POLICY[name])
        elif name in _OF_CALIBRATION:
            field, parse = _OF_CALIBRATION[name]
            frozen[field] = _read(given, text, parse=parse)
        else:
            raise InvalidCalibration(f"{given}: there is no such setting. There are: {', '.join(SETTINGS)}")
    return replace(calibration, policy=replace(calibration.policy, **policy), **frozen)  # type: ignore[arg-type]


def _read(name: str, text: str, *, parse: Callable[[str], _Value]) -> _Value:
    try:
        return parse(text)
    except (ValueError, ZeroDivisionError, KeyError, OverflowError):
        raise InvalidCalibration(f"{name}: {text!r} is not what it takes") from None


def _weights(text: str) -> tuple[float, ...]:
    """Four numbers, as in a file or by hand: `[0.4, 0.2, 0.2, 0.2]` or `0.4 0.2 0.2 0.2`."""
    found = tuple(float(each) for each in text.strip().strip("[]()").replace(",", " ").split())
    if len(found) != _METRICS:
        raise ValueError(text)
    return found


def _whole(text: str) -> int:
    return int(text.replace("_", ""))


def _money(text: str) -> int:
    """Whole reporting currency into cents."""
    return round(Fraction(text.replace("_", "").replace(",", "")) * _CENTS)


def _switch(text: str) -> bool:
    return _ON[text.strip().lower()]


_OF_POLICY: Mapping[str, Callable[[str], object]] = {
    "weights": _weights,
    "balance": float,
    "floor": float,
    "p0_permille": _whole,
    "p1_permille": _whole,
    "nice_permille": _whole,
    "half_life_days": _whole,
    "lost_half_life_days": _whole,
    "lost_max_days": _whole,
    "stale_open_days": _whole,
    "p0_prior_strength": _whole,
    "owner_kappa": Fraction,
    "owner_keeps": _whole,
    "typed_cap": _money,
    "tam_coef": Fraction,
}
_OF_CALIBRATION: Mapping[str, tuple[str, Callable[[str], object]]] = {
    "family_cap": ("family_cap", _money),
    "owner_cap": ("owner_cap_on", _switch),
    "p0_prior": ("p0_prior", Fraction),
}
SETTINGS = (*_OF_POLICY, *_OF_CALIBRATION)
"""Every setting that may be tried."""
