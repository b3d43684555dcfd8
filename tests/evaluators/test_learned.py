"""The linear model: adding packed integers is adding weights."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from waihu.evaluators.language.learned.linear import Linear

BYTE = st.integers(-127, 127)


@given(
    st.integers(1, 30).flatmap(
        lambda labels: st.tuples(
            st.just(labels), st.lists(st.lists(BYTE, min_size=labels, max_size=labels), min_size=1, max_size=600)
        )
    ),
    st.data(),
)
def test_scores_are_the_sums_of_the_weights(model: tuple[int, list[list[int]]], data: st.DataObject) -> None:
    """For any weights and any features, known or not, met before or not, and through a file."""
    labels, weights = model
    names = [f"f{number}" for number in range(len(weights))]
    packed = bytes(weight % 256 for row in weights for weight in row)
    linear = Linear([str(label) for label in range(labels)], 0.5, names, packed)
    for _ in range(2):
        chosen = data.draw(st.sets(st.integers(0, 2 * len(weights))))
        wanted = [0.5 * sum(weights[n][label] for n in chosen if n < len(weights)) for label in range(labels)]
        assert linear.scores({f"f{number}" for number in chosen}) == wanted


def test_no_feature_is_no_score() -> None:
    """An empty turn weighs nothing, and every run of characters is a set of its own."""
    linear = Linear(["a", "b"], 1.0, ["x"], bytes([1, 2]))
    assert linear.scores(set()) == [0.0, 0.0]
    assert linear.scores({"y"}) == [0.0, 0.0]
    assert linear.scores({"x", "y"}) == [1.0, 2.0]
