"""The line: what arrives is a function of what was said, the profile and the seed."""

from __future__ import annotations

import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from waihu import Card, CardError, InputError
from waihu.agents.cards import parse_card
from waihu.agents.lines import voices
from waihu.agents.noise import PROFILES, Carried, Line, NoiseEvent, NoiseProfile, noise_profile
from waihu.agents.speech import speech_seconds
from waihu.evaluators.language.characters import SOUND
from waihu.evaluators.utterances import Speaker

SMALL = (Path(__file__).resolve().parents[2] / "examples" / "changjiang.md").read_text(encoding="utf-8")
LEVELS = (0.0, 0.1, 0.25, 0.5, 0.75, 1.0)
QUESTION = "您刚收完咱们平台送的货，是否有任何配送上不满意、或觉得该改进的细节？很简短，您随意说即可。"
ANSWER = "嗯？哪个订单来着？算了，反正送到了没事……"
SAID: dict[Speaker, str] = {"caller": QUESTION, "callee": ANSWER}
NUMBERS = [name for name in NoiseProfile.model_fields if name not in ("name", "level")]
AROUND = ("colleague", "passerby", "navigation", "aside")
COMMON = bytes(byte for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF) for byte in (row, cell)).decode(
    "gb2312", "ignore"
)
APART = list({SOUND[char]: char for char in COMMON}.values())
"""Common characters, no two of one sound: what takes the place of one is none of them."""

everything = NoiseProfile(name="everything", **dict.fromkeys(NUMBERS, 1.0))
profiles = st.sampled_from([*PROFILES.values(), everything])
speakers = st.sampled_from(["caller", "callee"])
spoken = st.one_of(
    st.text(),
    st.text(alphabet="您好，请问张强先生在吗？（背景）[]( )…。\n3aé😀\ud800"),
    st.text(alphabet=APART, max_size=60),
)  # fmt: skip


def carried(profile: NoiseProfile, level: float, text: str, speaker: Speaker, seed: int, start: float = 0.0) -> Carried:
    return Line(profile.model_copy(update={"level": level})).carry(text, speaker, seed, 1, start)


def only(level: float = 1.0, **numbers: float) -> Line:
    return Line(NoiseProfile(name="only", level=level, **numbers))


def own_words(done: Carried) -> str:
    """What arrived without what other people, or he to others, said around it."""
    around = [event.text for event in done.events if event.kind in AROUND]
    return "\n".join(line for line in done.heard.split("\n") if line not in around)


def events_of(line: Line, kind: str, speaker: Speaker, text: str, calls: int = 300) -> list[NoiseEvent]:
    done = [line.carry(text, speaker, seed, 0) for seed in range(calls)]
    return [event for one in done for event in one.events if event.kind == kind]


# What holds for any words.


@given(spoken, st.integers(), speakers, profiles)
def test_at_level_0_heard_is_said(text: str, seed: int, speaker: Speaker, profile: NoiseProfile) -> None:
    """In whatever place, nothing changes and nothing happens."""
    assert carried(profile, 0.0, text, speaker, seed) == Carried(heard=text)
    assert Line(PROFILES["quiet"]).carry(text, speaker, seed, 0) == Carried(heard=text)


@given(spoken, st.integers(), speakers, profiles)
def test_chance_is_the_seeds_alone(text: str, seed: int, speaker: Speaker, profile: NoiseProfile) -> None:
    """The same words and seed arrive the same way, over another line of that profile too."""
    assert carried(profile, 0.8, text, speaker, seed) == carried(profile, 0.8, text, speaker, seed)


@given(st.lists(st.sampled_from(APART), unique=True, max_size=80), st.integers(), speakers, profiles)
def test_more_level_damages_all_that_less_does(
    chars: list[str], seed: int, speaker: Speaker, profile: NoiseProfile
) -> None:
    """A character that arrives at a level arrives at every lower one."""
    arrived = [set(own_words(carried(profile, level, "".join(chars), speaker, seed))) & set(chars) for level in LEVELS]
    assert arrived[0] == set(chars)
    assert all(more <= less for less, more in pairwise(arrived))


@given(spoken, st.integers(), profiles, st.floats(0, 1))
def test_people_hear_words_or_none(text: str, seed: int, profile: NoiseProfile, level: float) -> None:
    """What the callee hears is what was said, with holes: no recogniser puts other words into it."""
    left = iter(text.replace("…", ""))
    assert all(char in left for char in carried(profile, level, text, "caller", seed).heard.replace("…", ""))


@given(spoken, st.integers(), speakers, profiles, st.integers(0, 10_000))
def test_events_have_their_time(text: str, seed: int, speaker: Speaker, profile: NoiseProfile, start: int) -> None:
    """They begin within the turn, in order, and what they cost adds up."""
    done = carried(profile, 1.0, text, speaker, seed, start / 100)
    times = [event.at for event in done.events]
    assert times == sorted(times)
    end = start / 100 + speech_seconds(text) + done.seconds
    assert all(start / 100 - 1e-6 <= at <= end + 1e-6 for at in times)
    assert done.seconds == sum(event.seconds for event in done.events)


@given(st.text(alphabet="喂你好3a，。？… \n", max_size=8), st.integers(), speakers, profiles)
def test_lost_is_what_had_words_and_has_none(text: str, seed: int, speaker: Speaker, profile: NoiseProfile) -> None:
    """A silence is not lost, and neither is a word that was heard as another."""
    done = carried(profile, 1.0, text, speaker, seed)
    arrived = any(char.isalnum() for char in own_words(done))
    assert done.lost == (any(char.isalnum() for char in text) and not arrived)


@given(st.text(alphabet="请先生在吗，（[背景)）]", max_size=40), st.integers(), speakers)
def test_labels_arrive(text: str, seed: int, speaker: Speaker) -> None:
    """The words behind （背景） may be damaged, the label itself is no sound."""
    text = f"{text.translate(dict.fromkeys(map(ord, '（[')))}（电话背景远处）文件你放这"
    assert "（电话背景远处）" in carried(everything, 1.0, text, speaker, seed).heard


@given(st.sampled_from(["", " ", "……", "。", "（沉默）", "😀"]), st.integers(), speakers, profiles)
def test_a_silence_stays_one(text: str, seed: int, speaker: Speaker, profile: NoiseProfile) -> None:
    """Nothing of it is damaged, though others may be heard in it."""
    done = carried(profile, 1.0, text, speaker, seed)
    assert own_words(done).strip() == text.strip()
    assert not done.lost


@given(spoken, st.integers())
@settings(max_examples=50)
def test_the_caller_never_speaks_with_other_peoples_voices(text: str, seed: int) -> None:
    """Only the callee stands in a workshop, and only his words are read by a recogniser."""
    done = carried(everything, 1.0, text, "caller", seed)
    assert {event.kind for event in done.events} <= {"printer", "papers", "traffic", "engine", "dropout"}
    assert done.seconds == 0


@pytest.mark.parametrize("piece", ["好", "好，", "[", "[好", "（好）", "a1", "\n", "\ud800"])
def test_no_text_is_slow(piece: str) -> None:
    """A hundred thousand characters cost no more than a few plain passes over them would."""
    text = (piece * 100_000)[:100_000]
    line = Line(noise_profile("car:1"))
    spent: dict[str, list[float]] = {"plain": [], "line": []}
    for _ in range(2):
        began = time.process_time()
        _ = [{"char": char, "place": place} for place, char in enumerate(text * 2) if char]
        middle = time.process_time()
        line.carry(text, "callee", 1, 0)
        spent["plain"].append(middle - began)
        spent["line"].append(time.process_time() - middle)
    assert min(spent["line"]) < 10 * min(spent["plain"])


# What each kind of event does.


@pytest.mark.parametrize("speaker", ["caller", "callee"])
def test_a_dropout_leaves_one_hole(speaker: Speaker) -> None:
    """What the event says was swallowed is what is missing, and it was said at that time."""
    line = only(dropout=0.04)
    seen = 0
    for seed in range(300):
        done = line.carry(QUESTION, speaker, seed, 0, 10.0)
        if len(done.events) == 1:
            (event,) = done.events
            assert done.heard == QUESTION.replace(event.text, "……", 1)
            words = sum(char.isalnum() for char in QUESTION[: QUESTION.index(event.text)])
            assert event.at - 10 == pytest.approx(words / 4.5, abs=0.23)
            seen += 1
    assert seen > 30


def test_a_question_mark_is_swallowed_with_its_question() -> None:
    """What was cut off before its end does not read as a question any more."""
    heard = [only(dropout=0.2).carry("货送到了。您满意吗？", "caller", seed, 0).heard for seed in range(300)]
    assert any(text.endswith("……") for text in heard)
    assert not any("……？" in text for text in heard)


@pytest.mark.parametrize("kind", ["printer", "traffic", "engine"])
def test_a_noise_may_cover_words(kind: str) -> None:
    """Without `cover` it is only heard; with it some words do not arrive, in either direction."""
    for speaker, text in SAID.items():
        quiet = events_of(only(**{kind: 0.2}), kind, speaker, text)  # type: ignore[arg-type]
        loud = events_of(only(**{kind: 0.2, "cover": 1.0}), kind, speaker, text)  # type: ignore[arg-type]
        assert quiet
        assert not any(event.text for event in quiet)
        assert len(loud) == len(quiet)
        assert any(event.text for event in loud)


def test_papers_cover_nothing() -> None:
    """They are heard, and all words with them."""
    line = only(papers=1.0, cover=1.0)
    assert {line.carry(QUESTION, "caller", seed, 0).heard for seed in range(50)} == {QUESTION}
    assert events_of(line, "papers", "caller", QUESTION, 5)


def test_a_homophone_sounds_the_same() -> None:
    """It is a common character of the same sound; marks, digits, letters and labels are left alone."""
    text = "（背景音）推销的吧？订单007，ABC收到了。"
    heard = {only(homophone=1.0).carry(text, "callee", seed, 0).heard for seed in range(20)}
    assert len(heard) > 10
    for line in heard:
        assert len(line) == len(text)
        assert line.startswith("（背景音）")
        for said, char in zip(text[5:], line[5:], strict=True):
            if said in SOUND:
                assert (char != said, SOUND[char], char in COMMON) == (True, SOUND[said], True)
            else:
                assert char == said


def test_the_recogniser_hears_the_same_at_every_level() -> None:
    """A homophone of a lower level is the same one at a higher one."""
    for seed in range(100):
        low, high = (only(level, homophone=1.0).carry(ANSWER, "callee", seed, 0).events for level in (0.3, 0.9))
        assert set(low) < set(high)


def test_deletions_leave_no_trace() -> None:
    """Digits, letters and marks stay, and no hole tells where the rest was."""
    done = only(deletion=1.0).carry("收到7件A货。", "callee", 0, 0)
    assert done.heard == "7A。"
    assert not done.lost
    assert only(deletion=1.0).carry("挂了", "callee", 0, 0).lost


def test_an_aside_makes_the_caller_wait() -> None:
    """等我一会 comes first, on a line of its own; the gap is in the time, and everything else behind it."""
    gaps = set()
    for seed in range(50):
        done = only(aside=1.0, colleague=1.0).carry("你说。", "callee", seed, 0, 7.0)
        first, *others = done.events
        assert (first.kind, first.at, done.heard.split("\n")[0]) == ("aside", 7.0, "（对旁边）等我一会！")
        assert all(event.at >= 7 + done.seconds - 1e-6 for event in others)
        gaps.add(done.seconds)
    assert min(gaps) >= 1.5
    assert max(gaps) <= 5.0
    assert len(gaps) > 20


def test_voices_come_before_and_behind() -> None:
    """They stand on lines of their own, and in a silence too."""
    line = Line(NoiseProfile(name="x", colleague=1.0), voices=["把那单资料放桌上！"])
    heard = {line.carry("你说。", "callee", seed, 0).heard for seed in range(40)}
    assert heard == {"（背景）把那单资料放桌上！\n你说。", "你说。\n（背景）把那单资料放桌上！"}
    assert line.carry("", "callee", 0, 0).heard == "（背景）把那单资料放桌上！"


# Profiles.


def share(name: str, speaker: Speaker, text: str, *kinds: str) -> float:
    """In how many turns one of these events happened."""
    line = Line(noise_profile(name))
    calls = [line.carry(text, speaker, seed, 0).events for seed in range(500)]
    return sum(any(event.kind in kinds for event in events) for events in calls) / len(calls)


def test_the_workshop_is_as_the_seed_tells_it() -> None:
    """The seed: 身边总有人说话、打印机响、翻文件."""
    assert 0.15 < share("workshop", "callee", ANSWER, "colleague") < 0.25
    assert 0.05 < share("workshop", "callee", ANSWER, "aside") < 0.12
    assert 0.2 < share("workshop", "caller", QUESTION, "printer", "papers") < 0.9
    both = [share("workshop", speaker, text, "dropout") for speaker, text in SAID.items()]
    assert 0.05 < sum(both) / 2 < 0.2
    assert not share("workshop", "callee", ANSWER, "traffic", "engine", "navigation", "passerby")


@pytest.mark.parametrize(
    ("place", "voice", "sound"), [("street", "passerby", "traffic"), ("car", "navigation", "engine")]
)
def test_every_place_has_its_own_noises(place: str, voice: str, sound: str) -> None:
    """A street has strangers and traffic, a car a navigator and an engine; neither has a printer."""
    assert share(place, "callee", ANSWER, voice) > 0.05
    assert share(place, "callee", ANSWER, sound) > 0.05
    assert not share(place, "callee", ANSWER, "printer", "papers", "colleague")


def test_the_voices_are_the_cards_own(card: Card) -> None:
    """What is called out around the callee stands in his card."""
    around, calls = voices(card.callee)
    assert "把那单资料放桌上！" in around
    assert any("文件你放这" in voice for voice in around)
    assert calls == ("等我一会！",)


def test_a_profile_by_name() -> None:
    """With or without a level; a profile is itself."""
    assert noise_profile("workshop") is PROFILES["workshop"]
    louder = noise_profile("workshop:0.8")
    assert (louder.name, louder.level, louder.dropout) == ("workshop", 0.8, PROFILES["workshop"].dropout)
    assert noise_profile(louder) is louder
    assert list(PROFILES) == ["quiet", "workshop", "street", "car"]
    assert PROFILES["quiet"].level == 0


@pytest.mark.parametrize("name", ["moon", "", ":", "Workshop", "moon:0.5", "x" * 1000])
def test_an_unknown_place_is_told(name: str) -> None:
    """The message lists the profiles that there are."""
    with pytest.raises(InputError, match="quiet, workshop, street, car"):
        noise_profile(name)


@pytest.mark.parametrize("level", ["", "loud", "1.1", "-0.1", "nan", "inf", "0.5:1"])
def test_a_level_that_is_none_is_told(level: str) -> None:
    """The message says what a level is."""
    with pytest.raises(InputError, match="a number from 0 to 1"):
        noise_profile(f"car:{level}")


@given(st.sampled_from(["level", *NUMBERS]), st.one_of(st.floats(max_value=-0.001), st.floats(min_value=1.001)))
def test_a_number_out_of_range_is_no_profile(name: str, number: float) -> None:
    """Every number is a chance."""
    with pytest.raises(ValidationError):
        NoiseProfile.model_validate({"name": "x", name: number})


# The card's front matter.


def noise_of(front: str) -> str | NoiseProfile | None:
    return parse_card(f"---\n{front}\n---\n{SMALL}", file="my.md").settings.noise


@pytest.mark.parametrize("name", ["workshop", "workshop:0.8", "'car: 1'"])
def test_a_card_names_its_place(name: str) -> None:
    """As the command line does."""
    found = noise_of(f"noise: {name}")
    assert found == name.strip("'")
    assert noise_profile(found) in (noise_profile("workshop"), noise_profile("workshop:0.8"), noise_profile("car:1"))


def test_a_card_changes_a_place() -> None:
    """The numbers that it gives replace the profile's; without a profile they stand alone, at level 1."""
    changed = noise_of("noise: {profile: car, level: 0.7, dropout: 0.3}")
    assert changed == PROFILES["car"].model_copy(update={"level": 0.7, "dropout": 0.3})
    assert noise_of("noise:\n  papers: 1\n  aside:") == NoiseProfile(name="own", papers=1.0)
    assert noise_of("name: x") is None


@pytest.mark.parametrize(
    ("front", "line", "words"),
    [
        ("noise: worksop", 2, "did you mean workshop"),
        ("noise: worksop:0.5", 2, "did you mean workshop"),
        ("noise: workshop:2", 2, "number from 0 to 1"),
        ("noise: 'workshop:'", 2, "number from 0 to 1"),
        ("noise: workshop:nan", 2, "number from 0 to 1"),
        ("noise: [workshop]", 2, "must be a text"),
        ("noise:\n  profile: moon", 3, "known: quiet, workshop, street, car"),
        ("noise:\n  profile: car\n  dropouts: 0.1", 4, "did you mean dropout"),
        ("noise:\n  profile: car\n  dropout: 1.5", 4, "noise.dropout must be a number from 0 to 1"),
        ("noise:\n  level: loud", 3, "noise.level must be a number from 0 to 1"),
        ("noise: {name: x}", 2, "knows no key 'name'"),
    ],
)
def test_noise_that_is_not_understood_is_an_error_with_its_line(front: str, line: int, words: str) -> None:
    """Unknown places, keys and numbers name the line and what is known."""
    with pytest.raises(CardError, match=words) as caught:
        noise_of(front)
    assert (caught.value.file, caught.value.line) == ("my.md", line)
