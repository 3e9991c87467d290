"""Read the frozen figures of a snapshot, or measure them from its rows when it brings none."""

from datetime import date
from fractions import Fraction
from typing import cast

from scoring.calibrate import calibrate
from scoring.calibration import Calibration, InvalidCalibration, Policy, Reference, cold_start
from scoring.currency import Currencies
from scoring.portfolio import Portfolio
from scoring.snapshot_fields import Fields, InvalidSnapshot

_CENTS = 100
_METRICS = 4
_SCALES = (("m1_usd", _CENTS), ("m2_families", 1), ("m3_usd", _CENTS), ("m4_share", 1))


def read_calibration(snapshot: Fields, *, portfolio: Portfolio, as_of: date) -> Calibration:
    """Read or measure; raise `InvalidSnapshot`, or `UnknownCurrency` for money that cannot be measured."""
    label = snapshot.optional_text("label") or "snapshot"
    if not snapshot.has("calibration"):
        return calibrate(portfolio, currencies=_currencies(snapshot), as_of=as_of, label=label)
    fields = snapshot.section("calibration")
    try:
        return _calibration(fields, label=label)
    except InvalidCalibration as error:
        raise InvalidSnapshot(fields.at, str(error)) from None


def _calibration(fields: Fields, *, label: str) -> Calibration:
    """What the file leaves out has its default, or the figure of a young organisation."""
    currencies = _currencies(fields)
    imputed, cap = fields.part("imputed_usd"), fields.part("owner_cap")
    usual = cold_start(currencies, label=label)
    return Calibration(
        label=label,
        currencies=currencies,
        references=_references(fields, otherwise=usual),
        family_cap=_cents(fields, "family_cap_usd", otherwise=usual.family_cap),
        p0_prior=fields.number("p0_prior") if fields.has("p0_prior") else usual.p0_prior,
        imputed_standard=_cents(imputed, "standard", otherwise=usual.imputed_standard),
        imputed_strategic=_cents(imputed, "strategic", otherwise=usual.imputed_strategic),
        owner_cap_on=cap.flag("on", otherwise=True),
        policy=_policy(fields, cap=cap),
    )


def _currencies(fields: Fields) -> Currencies:
    rates = fields.part("fx_to_usd")
    try:
        return Currencies("USD", {"USD": Fraction(1)} | {code: rates.number(code) for code in rates.values})
    except ValueError as error:
        raise InvalidSnapshot(rates.at, str(error)) from None


def _references(fields: Fields, *, otherwise: Calibration) -> tuple[Reference, Reference, Reference, Reference]:
    middle, high = fields.part("x0"), fields.part("x1")
    one, two, three, four = (
        Reference(
            middle.number(name) * scale if middle.has(name) else usual.middle,
            high.number(name) * scale if high.has(name) else usual.high,
        )
        for (name, scale), usual in zip(_SCALES, otherwise.references, strict=True)
    )
    return one, two, three, four


def _policy(fields: Fields, *, cap: Fields) -> Policy:
    usual = Policy()
    permille = fields.part("priority_permille")
    return Policy(
        weights=_weights(fields) if fields.has("weights") else usual.weights,
        floor=float(fields.number("eps")) if fields.has("eps") else usual.floor,
        balance=float(fields.number("balance")) if fields.has("balance") else usual.balance,
        p0_permille=_whole(permille, "P0", otherwise=usual.p0_permille),
        p1_permille=_whole(permille, "P1", otherwise=usual.p1_permille),
        nice_permille=_whole(permille, "NICE", otherwise=usual.nice_permille),
        half_life_days=_whole(fields, "half_life_days", otherwise=usual.half_life_days),
        lost_half_life_days=_whole(fields, "lost_half_life_days", otherwise=usual.lost_half_life_days),
        lost_max_days=_whole(fields, "lost_max_days", otherwise=usual.lost_max_days),
        stale_open_days=_whole(fields, "stale_open_opp_days", otherwise=usual.stale_open_days),
        p0_prior_strength=_whole(fields, "p0_prior_strength", otherwise=usual.p0_prior_strength),
        owner_kappa=cap.number("kappa") if cap.has("kappa") else usual.owner_kappa,
        owner_keeps=_whole(cap, "keep_largest", otherwise=usual.owner_keeps),
        tam_coef=fields.number("tam_coef") if fields.has("tam_coef") else usual.tam_coef,
        typed_cap=_cents(fields, "typed_cap_usd", otherwise=0) if fields.has("typed_cap_usd") else None,
    )


def _weights(fields: Fields) -> tuple[float, float, float, float]:
    found = Fields({str(place): weight for place, weight in enumerate(fields.list("weights"))}, f"{fields.at}.weights")
    weights = tuple(float(found.number(place)) for place in found.values)
    if len(weights) != _METRICS:
        raise InvalidSnapshot(found.at, "expected four numbers")
    return cast("tuple[float, float, float, float]", weights)


def _whole(fields: Fields, name: str, *, otherwise: int) -> int:
    found = fields.optional_number(name)
    if found is None:
        return otherwise
    if found.denominator != 1:
        raise InvalidSnapshot(f"{fields.at}.{name}", "expected a whole number")
    return int(found)


def _cents(fields: Fields, name: str, *, otherwise: int) -> int:
    return round(fields.number(name) * _CENTS) if fields.has(name) else otherwise
