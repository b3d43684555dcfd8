"""The language layer: what a Mandarin utterance does. Pure functions over text; no card, no state, no model."""

from .callee import read_callee as read_callee
from .caller import read_caller as read_caller
