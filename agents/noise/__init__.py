"""The room and the line: what goes on around the callee, and what of each utterance arrives at the other end."""

from .events import NoiseEvent as NoiseEvent
from .events import NoiseKind as NoiseKind
from .line import Carried as Carried
from .line import Line as Line
from .profiles import PROFILES as PROFILES
from .profiles import NoiseProfile as NoiseProfile
from .profiles import noise_profile as noise_profile
