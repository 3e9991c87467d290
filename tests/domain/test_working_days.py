"""Working days: counted in a formula, checked day by day."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.working_days import working_days_between


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(-10, 400))
def test_is_what_counting_one_by_one_says(first: date, days: int) -> None:
    after = [first + timedelta(days=step) for step in range(1, days + 1)]
    assert working_days_between(first, first + timedelta(days=days)) == sum(day.weekday() < 5 for day in after)
