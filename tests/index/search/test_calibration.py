"""A promise that is made is kept: over recorded scores, and with questions that are too few it is not made."""

import random
from pathlib import Path

import pytest

from index.search.calibration import (
    CROSS,
    GRID,
    SAME,
    Calibration,
    GoldQuestion,
    Judged,
    broken,
    least,
    load,
    models_fingerprint,
    promise,
    promises,
    save,
    tail,
    upper,
)

SPLITS = 1000
POOL = 20_000


def recorded(rng: random.Random) -> list[Judged]:
    """Confidences that are a little too high, half of them of questions that are not answered rightly."""
    scores = []
    for _ in range(POOL):
        confidence = rng.betavariate(0.4, 0.6)
        scores.append(Judged(confidence, rng.random() < 0.99 * confidence**0.4))
    return scores


def shares(pool: list[Judged]) -> dict[float, float]:
    """Share of wrong ones among all that are shown at each threshold."""
    found = {}
    for threshold in GRID:
        shown = [one for one in pool if one.confidence >= threshold]
        found[threshold] = sum(not one.right for one in shown) / len(shown)
    return found


@pytest.mark.parametrize(("questions", "risk"), [(120, 0.2), (400, 0.1)])
def test_the_stated_risk_is_exceeded_in_at_most_five_of_a_hundred_random_splits(questions: int, risk: float) -> None:
    rng = random.Random(questions)
    pool = recorded(rng)
    truly = shares(pool)
    told = [promise(rng.sample(pool, questions), risk).threshold for _ in range(SPLITS)]
    made = [threshold for threshold in told if threshold is not None]
    assert sum(truly[threshold] > risk for threshold in made) <= 0.05 * SPLITS
    assert len(made) > 0.3 * SPLITS


def test_where_every_threshold_is_just_too_wrong_a_promise_is_made_in_at_most_five_of_a_hundred_splits() -> None:
    rng = random.Random(7)
    pool = [Judged(rng.random(), rng.random() < 0.899) for _ in range(POOL)]
    made = [promise(rng.sample(pool, 200), 0.1).threshold for _ in range(SPLITS)]
    assert sum(threshold is not None for threshold in made) <= 0.05 * SPLITS


@pytest.mark.parametrize(
    ("wrong", "shown", "bound"), [(0, 29, 0.0981), (0, 10, 0.2589), (1, 10, 0.3942), (5, 100, 0.1022)]
)
def test_the_bound_is_the_exact_one_of_clopper_and_pearson(wrong: int, shown: int, bound: float) -> None:
    assert upper(wrong, shown) == pytest.approx(bound, abs=1e-4)
    assert tail(wrong, shown, upper(wrong, shown)) == pytest.approx(0.05, abs=1e-6)


def test_nothing_shown_bounds_nothing() -> None:
    assert upper(0, 0) == 1.0
    assert upper(3, 3) == 1.0


def test_twenty_nine_right_answers_promise_one_in_ten_and_twenty_eight_say_that_one_is_missing() -> None:
    assert least(0.1) == 29
    assert promise([Judged(0.9, True)] * 29, 0.1).threshold is not None
    few = promise([Judged(0.9, True)] * 28, 0.1)
    assert (few.threshold, few.missing) == (None, 1)


def test_a_few_wrong_ones_among_many_right_ones_ask_for_more_questions() -> None:
    told = promise([Judged(0.9, place % 20 != 0) for place in range(60)], 0.1)
    assert told.threshold is None
    assert 0 < told.missing < 200
    enough = 60 + told.missing
    assert promise([Judged(0.9, place % 20 != 0) for place in range(enough)], 0.1).threshold is not None


def test_where_too_many_are_wrong_no_number_of_questions_helps() -> None:
    told = promise([Judged(0.9, place % 2 == 0) for place in range(200)], 0.1)
    assert (told.threshold, told.missing) == (None, 0)


def test_each_direction_has_its_own_threshold() -> None:
    same = [Judged(0.3, True)] * 40
    cross = [Judged(0.8, True, cross=True)] * 40 + [Judged(0.3, False, cross=True)] * 40
    told = promises([*same, *cross], 0.1)
    assert told[SAME].threshold is not None
    assert told[CROSS].threshold is not None
    assert told[SAME].threshold <= 0.3 < told[CROSS].threshold


def _saved(judged: list[Judged]) -> Calibration:
    cases = (GoldQuestion("how many?", (("8", "16"),), ("a.md",)), GoldQuestion("who?"))
    return Calibration("f" * 16, 0.1, "2026-01-01T00:00:00+00:00", promises(judged, 0.1), cases)


def test_what_was_saved_is_read_again(tmp_path: Path) -> None:
    told = _saved([Judged(0.5, True)] * 40)
    save(tmp_path, told)
    assert load(tmp_path) == told
    assert told.thresholds((0.7, 0.6)) == (told.promises[SAME].threshold, 0.6)


def test_a_file_that_is_missing_or_damaged_is_no_calibration(tmp_path: Path) -> None:
    assert load(tmp_path) is None
    path = save(tmp_path, _saved([]))
    path.write_text(path.read_text("utf-8")[:-40], "utf-8")
    assert load(tmp_path) is None


def test_a_promise_is_broken_where_the_same_questions_are_answered_wrongly_later() -> None:
    told = _saved([Judged(0.5, True)] * 60)
    assert broken(told, [Judged(0.5, True)] * 60) == {}
    now = broken(told, [Judged(0.5, place % 2 == 0) for place in range(60)])
    assert now[SAME].wrong == 30
    assert CROSS not in now


def test_other_fitted_numbers_make_another_fingerprint(tmp_path: Path) -> None:
    ranking = tmp_path / "ranking.json"
    ranking.write_text("{}", "utf-8")
    before = models_fingerprint(ranking, "abc")
    ranking.write_text("[]", "utf-8")
    assert models_fingerprint(ranking, "abc") != before
    assert models_fingerprint(ranking, "abd") != models_fingerprint(ranking, "abc")
