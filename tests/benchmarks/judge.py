"""What a judgement costs beside its aims: `make bench`.

CPU time, so that whatever else the machine does slows no row. It prints and asserts nothing about time.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from waihu import Auditor, Moment
from waihu.evaluators.language.learned import table
from waihu.evaluators.utterances import Utterance

ROOT = Path(__file__).parents[2]
CARD = ROOT / "examples" / "changjiang.md"
STARTS = 7
ROUNDS = 5
TEXTS = 500
ENDLESS = 100_000

HISTORY = tuple(
    Utterance(speaker="callee" if place % 2 else "caller", text=text)
    for place, text in enumerate(
        [
            "您好，请问张强先生在吗？",
            "嗯，你哪位？",
            "我是长江平台配送客户经理李明，仅做订单服务快速回访，不打扰您操作，一分钟即可。",
            "等一下，我把机器关了。",
            "好的，不着急。",
            "行了，你说。",
            "您刚收完咱们平台送的货，是否有任何配送上不满意、或觉得该改进的细节？",
            "箱子破了一个角。",
            "已记录，会直接反馈到相关部门，不占用您时间。",
            "你们师傅也不先打个电话。",
        ]
    )
)

_LOADED = """
import time
began = time.process_time()
from waihu import Judge, Moment
from waihu.evaluators.policy import Policy
judge = Judge(Policy(card="x", own_lines=(), exit_line="再见。"))
judge.judge("您对配送满意吗？", Moment.after("东西收到了。"))
print(time.process_time() - began)
"""
_LOADED_WITH_CARD = f"""
import time
began = time.process_time()
from waihu import Auditor
Auditor({str(CARD)!r}).turn("您对配送满意吗？", last_callee="东西收到了。")
print(time.process_time() - began)
"""


def texts(name: str) -> list[str]:
    """What people wrote of one side, each text once: some of it, from all over the set."""
    lines = (ROOT / "tests" / "sets" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    every = sorted({json.loads(line)["text"] for line in lines})
    return every[:: max(1, len(every) // TEXTS)]


def in_a_fresh_interpreter(code: str) -> float:
    """Median milliseconds that `code` says it took."""
    run = [sys.executable, "-c", code]
    times = [float(subprocess.run(run, capture_output=True, check=True, cwd=ROOT).stdout) for _ in range(STARTS)]
    return statistics.median(times) * 1000


def forget() -> None:
    """Empties every memory of texts, so that a text is new again. What is loaded once (maxsize None) stays."""
    modules = [module for name, module in sys.modules.items() if name.startswith("waihu.")]
    for known in {id(value): value for module in modules for value in vars(module).values()}.values():
        if hasattr(known, "cache_parameters") and known.cache_parameters()["maxsize"] is not None:
            known.cache_clear()


def spent(work: Callable[[str], Any], lines: list[str], rounds: int = ROUNDS) -> Iterator[float]:
    """Milliseconds for each text, never seen before, in a call whose history was read while it went on."""
    for _ in range(rounds):
        forget()
        Moment.of(HISTORY)
        for line in lines:
            began = time.process_time()
            work(line)
            yield (time.process_time() - began) * 1000


def pace() -> float:
    """Milliseconds for a plain loop of Python: how fast this machine is at the moment, to read the rest by."""
    times = []
    for _ in range(ROUNDS):
        began = time.process_time()
        sum(number for number in range(ENDLESS))
        times.append((time.process_time() - began) * 1000)
    return statistics.median(times)


def row(name: str, value: float, aim: float) -> None:
    print(f"  {name:46} {value:9.3f} ms   {value / aim:6.2f} x the aim of {aim:g} ms")


def main() -> None:
    judge = Auditor(CARD).judge
    sides: dict[str, Callable[[str], Any]] = {
        "caller": lambda text: judge.judge(text, Moment.of(HISTORY)),
        "callee": lambda text: Moment.of((*HISTORY[:-1], Utterance(speaker="callee", text=text))),
    }
    how = "as plain Python" if table.__file__.endswith(".py") else "compiled"
    print(f"the judge's inner loops run {how} (setup.py)")
    print(f"adding up {ENDLESS:,} numbers in a plain loop takes {pace():.1f} ms here and now")
    print("\nthe judge ready in a fresh interpreter: CPU ms, median")
    row("imported, loaded, one verdict", in_a_fresh_interpreter(_LOADED), 300)
    row("the same, from a card", in_a_fresh_interpreter(_LOADED_WITH_CARD), 300)
    for name, work in sides.items():
        lines = texts(name)
        list(spent(work, lines[:20], rounds=1))
        times = sorted(spent(work, lines))
        print(f"\na {name}'s line nobody has read, ten turns into the call: CPU ms, {len(times)} readings")
        row("median", statistics.median(times), 0.3)
        row("99th percentile", times[int(0.99 * len(times))], 1)
        endless = {
            "what people wrote": "，".join(islice(cycle(lines), ENDLESS))[:ENDLESS],
            "one word over and over": ("好不" * ENDLESS)[:ENDLESS],
        }
        for what, text in endless.items():
            row(f"{ENDLESS:,} characters: {what}", max(spent(work, [text])), 50)


if __name__ == "__main__":
    main()
