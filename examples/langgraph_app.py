"""The graphs that `langgraph.json` names, for LangGraph's own dev server and Studio.

pip install "langgraph-cli[inmem]"     # not a dependency of waihu: its licence is not open source
langgraph dev                          # then start `call` with {"seed": 7}, or `guard` with {"messages": [...]}
"""

from pathlib import Path

from waihu import build_call, build_guard

CARD = Path(__file__).parent / "changjiang.md"

call = build_call(CARD, noise="workshop")
guard = build_guard(CARD)
