"""What a ranking is measured against: choices of people (`Policy`) and figures frozen for the quarter (`Calibration`).

Both are stored with every ranking. Because the reference points are frozen, a gap's score depends on its own evidence
only: shipping, merging or adding other gaps never reorders the rest.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from domain.words import Priority
from scoring.currency import Currencies

METRICS = ("impacted_arr", "accounts", "strategic_arr", "p0_strength")
"""The four metrics in the order of every weight, reference point and tie-break of this package."""


_WHOLE = 1e-9
"""Room for binary fractions: 0.1 seven times and 0.3 are not 1."""
MOST_BALANCE = 10
"""Beyond it a power mean is the largest or the smallest metric, and powers of the floor leave the range of a float."""


class InvalidCalibration(ValueError):
    """The weights or reference points would give a ranking that means nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The knobs leadership may turn; the defaults are those of the comparison in docs."""

    weights: tuple[float, float, float, float] = (0.4, 0.2, 0.2, 0.2)
    floor: float = 0.1
    balance: float = 0.0
    """The power of the mean: 0 multiplies (all metrics must be high), 1 adds up (one may make up for another)."""
    p0_permille: int = 1000
    p1_permille: int = 400
    nice_permille: int = 100
    half_life_days: int = 364
    lost_half_life_days: int = 182
    lost_max_days: int = 728
    stale_open_days: int = 90
    p0_prior_strength: int = 8
    owner_kappa: Fraction = Fraction(1)
    owner_keeps: int = 1
    tam_coef: Fraction = Fraction(0)
    """What a cent of whitespace (addressable market minus ARR) counts: nothing, for it made every comparison worse."""
    typed_cap: int | None = None
    """Cents that a typed ARR may count for at most; `None` caps it at the median imputed for the account's class."""

    def __post_init__(self) -> None:
        # Not a number is neither less nor more than anything: ask for what is right.
        if not (min(self.weights) >= 0 and abs(sum(self.weights) - 1) <= _WHOLE):
            raise InvalidCalibration("weights must not be negative and must add up to 1")
        if not 0 < self.floor < 1:
            raise InvalidCalibration("the floor must lie between 0 and 1")
        if not abs(self.balance) <= MOST_BALANCE:
            raise InvalidCalibration(f"the balance must lie between -{MOST_BALANCE} and {MOST_BALANCE}")
        if not self.p0_permille >= self.p1_permille >= self.nice_permille >= 0:
            raise InvalidCalibration("a less severe priority must not weigh more")
        if min(self.half_life_days, self.lost_half_life_days, self.p0_prior_strength) <= 0:
            raise InvalidCalibration("half-lives and the strength of the prior must be positive")
        if self.tam_coef < 0:
            raise InvalidCalibration("whitespace must not count against a gap")
        if self.owner_kappa < 0 or self.owner_keeps < 1:
            raise InvalidCalibration("an owner's largest account always counts")

    def permille(self, priority: Priority) -> int:
        match priority:
            case Priority.P0:
                return self.p0_permille
            case Priority.P1:
                return self.p1_permille
            case Priority.NICE:
                return self.nice_permille


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a metric's log scale starts to bend (`middle`) and where it reaches 1 (`high`)."""

    middle: Fraction
    high: Fraction

    def __post_init__(self) -> None:
        if not 0 < self.middle < self.high:
            raise InvalidCalibration(f"reference points must satisfy 0 < {self.middle} < {self.high}")


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """Everything a ranking needs besides its rows and the day. Money in cents of the reporting currency."""

    label: str
    currencies: Currencies
    references: tuple[Reference, Reference, Reference, Reference]
    family_cap: int
    p0_prior: Fraction
    imputed_standard: int
    imputed_strategic: int
    owner_cap_on: bool
    policy: Policy = Policy()

    def __post_init__(self) -> None:
        if not 0 < self.p0_prior < 1:
            raise InvalidCalibration("the prior share of P0 must lie strictly between 0 and 1")
        if min(self.family_cap, self.imputed_standard, self.imputed_strategic) < 0:
            raise InvalidCalibration("caps and medians must not be negative")

    @property
    def id(self) -> str:
        """Name the calibration so that two rankings can be told comparable: the label and a digest of the figures."""
        figures = json.dumps(self.figures(), sort_keys=True, separators=(",", ":"))
        return f"{self.label}-{hashlib.sha256(figures.encode()).hexdigest()[:8]}"

    def imputed(self, *, strategic: bool) -> int:
        return self.imputed_strategic if strategic else self.imputed_standard

    def typed_cap(self, *, strategic: bool) -> int:
        cap = self.policy.typed_cap
        return self.imputed(strategic=strategic) if cap is None else cap

    def with_policy(self, policy: Policy) -> "Calibration":
        """The same quarter under other choices, for a what-if."""
        return replace(self, policy=policy)

    def figures(self) -> Mapping[str, object]:
        """Every number in a form JSON keeps exactly."""
        policy = {name: _exact(getattr(self.policy, name)) for name in Policy.__slots__}
        return {
            "currency": self.currencies.reporting,
            "rates": {code: str(rate) for code, rate in self.currencies.rates.items()},
            "references": [[str(each.middle), str(each.high)] for each in self.references],
            "family_cap": self.family_cap,
            "p0_prior": str(self.p0_prior),
            "imputed": [self.imputed_standard, self.imputed_strategic],
            "owner_cap_on": self.owner_cap_on,
            "policy": policy,
        }


def _exact(value: object) -> object:
    return str(value) if isinstance(value, Fraction) else value


def cold_start(currencies: Currencies, *, policy: Policy | None = None, label: str = "cold-start") -> Calibration:
    """Return the calibration for an organisation with too few requested gaps to measure itself by.

    The figures are in US dollars; they are converted where the table knows the dollar and taken as they are otherwise.
    """
    rate = currencies.rates.get("USD", Fraction(1))

    def cents(dollars: int) -> int:
        return round(dollars * 100 * rate)

    return Calibration(
        label=label,
        currencies=currencies,
        references=(
            Reference(Fraction(cents(100_000)), Fraction(cents(3_100_000))),
            Reference(Fraction(1), Fraction(15)),
            Reference(Fraction(cents(100_000)), Fraction(cents(1_500_000))),
            Reference(Fraction(1, 10), Fraction(7, 10)),
        ),
        family_cap=cents(1_000_000),
        p0_prior=Fraction(2, 5),
        imputed_standard=cents(90_000),
        imputed_strategic=cents(600_000),
        owner_cap_on=True,
        policy=policy or Policy(),
    )
