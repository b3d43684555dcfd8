"""Fixtures of the judge's tests."""

from __future__ import annotations

import pytest

from waihu.evaluators.judge import Judge
from waihu.evaluators.policy import Policy

from .changjiang import policy as changjiang_policy


@pytest.fixture(scope="session")
def policy() -> Policy:
    return changjiang_policy()


@pytest.fixture(scope="session")
def judge(policy: Policy) -> Judge:
    return Judge(policy)
