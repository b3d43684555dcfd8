"""Is this simulation trustworthy? Every reply of a simulated customer is checked before it counts."""

from .doubts import Doubt, Doubtful, DoubtKind
from .trust import LONGEST, Trust

__all__ = ["LONGEST", "Doubt", "DoubtKind", "Doubtful", "Trust"]
