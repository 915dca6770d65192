"""The interface speaks the language that somebody reads."""

import re
from collections.abc import Mapping

import pytest

from bot.cli.doctor import checks
from bot.cli.terminal import texts as command_line
from bot.question import Language
from bot.texts import messages
from bot.texts.language import of_locale, of_tag, of_text
from bot.texts.say import speaker

TABLES = {"messages": messages.TEXTS, "command line": command_line.TEXTS, "doctor": checks.TEXTS}


@pytest.mark.parametrize(
    ("environment", "lang"),
    [
        ({}, "en"),
        ({"LANG": "C"}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_TW.UTF-8", "LC_MESSAGES": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": ""}, "zh"),
    ],
)
def test_the_first_locale_variable_that_is_set_decides(environment: Mapping[str, str], lang: Language) -> None:
    assert of_locale(environment) == lang


def test_platform_tags_are_understood() -> None:
    assert [of_tag(tag) for tag in ("zh-hans", "zh", "en-GB", "de", "")] == ["zh", "zh", "en", "en", "en"]


def test_a_text_says_its_language_itself() -> None:
    assert of_text("智能工厂 how many", "en") == "zh"
    assert of_text("how many?", "zh") == "en"
    assert of_text("123 😀", "zh") == "zh"


@pytest.mark.parametrize("texts", TABLES.values(), ids=TABLES)
def test_both_languages_say_the_same_things(texts: dict[str, dict[Language, str]]) -> None:
    for key, told in texts.items():
        assert told.keys() == {"zh", "en"}, key
        assert all(told.values()), key
        places = [sorted(re.findall(r"(?<!\{)\{(\w+)", text)) for text in told.values()]
        assert places[0] == places[1], key


@pytest.mark.parametrize("texts", TABLES.values(), ids=TABLES)
def test_every_text_can_be_filled(texts: dict[str, dict[Language, str]]) -> None:
    say = speaker(texts)
    for key, told in texts.items():
        for lang, text in told.items():
            assert say(key, lang, **dict.fromkeys(re.findall(r"\{(\w+)", text), 1))
