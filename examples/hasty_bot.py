"""A calling bot that was written in a hurry, rehearsed as it is:

    waihu call examples/changjiang.md --caller python:examples/hasty_bot.py:reply

It asks too much in one breath, sells a little, and promises what nobody has decided. When the judge sends a draft
back, the bot finds a note (a system message) behind it, and says something better.
"""

OPENING = (
    "您好，是张强先生吗？我是长江平台的李明，您现在方便吗？送货还满意吗？",
    "您好，请问是张强先生吗？我是长江平台的李明，做个送货回访，一分钟就好。",
)
QUESTION = (
    "上次配送您满意吗？包装怎么样？我们会员日有优惠，您要不要了解一下？",
    "您刚收的这批货，送货上有没有哪里不满意的？",
)
CLOSING = (
    "好的，都记下了，明天给您回电话，再给您补偿一张优惠券，再见。",
    "好的，都记下了，谢谢您，再见。",
)


async def reply(messages: list[dict[str, str]]) -> str:
    """What the bot says next, from the conversation so far."""
    sent_back = messages[-1]["role"] == "system"
    spoken = sum(message["role"] == "assistant" for message in messages) - sent_back
    hasty, mended = (OPENING, QUESTION, CLOSING)[min(spoken, 2)]
    return mended if sent_back else hasty
