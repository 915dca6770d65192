"""What `doctor` can find out about Telegram: the token, the mode, privacy, inline mode, the webhook's state.

It asks Telegram itself, changes nothing there, and never shows the token.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import httpx

from bot.channels.telegram.options import WEBHOOK_PATH
from bot.desk.findings import CheckStatus, Finding
from bot.errors import BotError
from bot.question import Language
from bot.settings import Settings

NAME = "Telegram"
SECONDS = 10.0
MANY = 100
"""Updates that wait on Telegram's side from which something is likely to be wrong."""
TEXTS: dict[str, dict[Language, str]] = {
    "unused": {"en": "not configured", "zh": "没有配置"},
    "bot": {"en": "@{username}, by {mode}", "zh": "@{username}，方式 {mode}"},
    "unreachable": {"en": "{url} cannot be reached ({error})", "zh": "连不上 {url}（{error}）"},
    "unreachable-todo": {
        "en": "Check the network, a proxy (HTTPS_PROXY), or TELEGRAM_API_URL.",
        "zh": "检查网络、代理（HTTPS_PROXY）或 TELEGRAM_API_URL。",
    },
    "refused": {"en": "the token was refused", "zh": "令牌被拒绝"},
    "refused-todo": {
        "en": "Open @BotFather, press /mybots, your bot, API Token, and copy it into TELEGRAM_BOT_TOKEN.",
        "zh": "打开 @BotFather，依次点 /mybots、您的机器人、API Token，复制到 TELEGRAM_BOT_TOKEN。",
    },
    "groups": {"en": "cannot be added to groups", "zh": "不能加入群"},
    "groups-todo": {
        "en": "For groups: @BotFather, /mybots, your bot, Bot Settings, Allow Groups, Turn on.",
        "zh": "要在群里用：@BotFather，/mybots，您的机器人，Bot Settings，Allow Groups，打开。",
    },
    "privacy": {
        "en": "privacy mode is on: in groups /ask and replies always arrive, a plain mention may not",
        "zh": "隐私模式已开：群里的 /ask 和回复都能收到，单纯的提及可能收不到",
    },
    "privacy-todo": {
        "en": "This is fine. To hear every mention: @BotFather, /mybots, your bot, Bot Settings, Group Privacy, "
        "Turn off, then add the bot to the group again.",
        "zh": "这样就可以。要收到所有提及：@BotFather，/mybots，您的机器人，Bot Settings，Group Privacy，关闭，"
        "然后把机器人重新加入群。",
    },
    "no-privacy": {"en": "privacy mode is off: it sees every group message", "zh": "隐私模式已关：能看到群里所有消息"},
    "inline": {"en": "inline mode is on", "zh": "内联模式已开"},
    "no-inline": {"en": "inline mode is off", "zh": "内联模式没有打开"},
    "inline-todo": {
        "en": "For @{username} in any chat: @BotFather, /mybots, your bot, Bot Settings, Inline Mode, Turn on.",
        "zh": "要在任何聊天里用 @{username}：@BotFather，/mybots，您的机器人，Bot Settings，Inline Mode，打开。",
    },
    "webhook-left": {
        "en": "a webhook is set, though TELEGRAM_MODE is polling",
        "zh": "设置了 webhook，而 TELEGRAM_MODE 是 polling",
    },
    "webhook-left-todo": {
        "en": "`verbatim serve` removes it. If another program uses this token, give it a token of its own.",
        "zh": "`verbatim serve` 会去掉它。如果别的程序也在用这个令牌，请给它另一个。",
    },
    "webhook-other": {"en": "no webhook, or another one, is set", "zh": "没有设置 webhook，或是别的地址"},
    "webhook-other-todo": {
        "en": "`verbatim serve` sets it to {url}; that address must reach this machine over HTTPS.",
        "zh": "`verbatim serve` 会设为 {url}；这个地址要能通过 HTTPS 到达本机。",
    },
    "webhook": {"en": "the webhook is set", "zh": "webhook 已设置"},
    "webhook-error": {
        "en": "Telegram's last call of the webhook failed: {error}",
        "zh": "Telegram 最近一次回调失败：{error}",
    },
    "webhook-error-todo": {
        "en": "Open {url} from outside: it must answer over HTTPS, valid certificate, on port 443, 80, 88 or 8443.",
        "zh": "从外网打开 {url}：要能用有效证书的 HTTPS 应答，端口 443、80、88 或 8443。",
    },
    "waiting": {"en": "{count} updates wait at Telegram", "zh": "Telegram 那边有 {count} 条更新在等"},
    "waiting-todo": {"en": "Start `verbatim serve`: it answers them.", "zh": "启动 `verbatim serve`，会逐条回答。"},
}


def telegram(settings: Settings, lang: Language) -> Iterable[Finding]:
    """Everything that Telegram tells about the bot. A `bot.findings.Check`."""
    token = settings.telegram_bot_token.get_secret_value()
    if not token:
        yield Finding(NAME, CheckStatus.UNUSED, _say("unused", lang))
        return
    with httpx.Client(base_url=f"{settings.telegram_api_url}/bot{token}/", timeout=SECONDS) as client:
        try:
            me, hook = _call(client, "getMe"), _call(client, "getWebhookInfo")
        except _RefusedError:
            yield Finding(NAME, CheckStatus.BROKEN, _say("refused", lang), _say("refused-todo", lang))
            return
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError) as error:
            # The error's own text holds the address, and with it the token.
            finding = _say("unreachable", lang, url=settings.telegram_api_url, error=type(error).__name__)
            yield Finding(NAME, CheckStatus.BROKEN, finding, _say("unreachable-todo", lang))
            return
    finding = _say("bot", lang, username=me.get("username", "?"), mode=settings.telegram_mode)
    yield Finding(NAME, CheckStatus.OK, finding)
    yield from _abilities(me, lang)
    yield from _webhook(hook, settings, lang)


def _abilities(me: dict[str, Any], lang: Language) -> Iterator[Finding]:
    if not me.get("can_join_groups"):
        yield Finding(NAME, CheckStatus.WARNING, _say("groups", lang), _say("groups-todo", lang))
    if me.get("can_read_all_group_messages"):
        yield Finding(NAME, CheckStatus.OK, _say("no-privacy", lang))
    else:
        yield Finding(NAME, CheckStatus.OK, _say("privacy", lang), _say("privacy-todo", lang))
    if me.get("supports_inline_queries"):
        yield Finding(NAME, CheckStatus.OK, _say("inline", lang))
    else:
        todo = _say("inline-todo", lang, username=me.get("username", "bot"))
        yield Finding(NAME, CheckStatus.WARNING, _say("no-inline", lang), todo)


def _webhook(hook: dict[str, Any], settings: Settings, lang: Language) -> Iterator[Finding]:
    url = str(hook.get("url", ""))
    if settings.telegram_mode == "polling":
        if url:
            yield Finding(NAME, CheckStatus.WARNING, _say("webhook-left", lang), _say("webhook-left-todo", lang))
    else:
        wanted = settings.public_url + WEBHOOK_PATH
        if url != wanted:
            todo = _say("webhook-other-todo", lang, url=wanted)
            yield Finding(NAME, CheckStatus.WARNING, _say("webhook-other", lang), todo)
        elif error := hook.get("last_error_message"):
            finding = _say("webhook-error", lang, error=error)
            yield Finding(NAME, CheckStatus.WARNING, finding, _say("webhook-error-todo", lang, url=wanted))
        else:
            yield Finding(NAME, CheckStatus.OK, _say("webhook", lang))
    if (count := int(hook.get("pending_update_count", 0))) >= MANY:
        yield Finding(NAME, CheckStatus.WARNING, _say("waiting", lang, count=count), _say("waiting-todo", lang))


class _RefusedError(BotError):
    """Telegram does not know the token."""


def _call(client: httpx.Client, method: str) -> dict[str, Any]:
    answer = client.get(method)
    if answer.status_code in (401, 404):
        raise _RefusedError
    result = answer.json()["result"]
    if not isinstance(result, dict):
        raise ValueError(method)
    return result


def _say(key: str, lang: Language, /, **values: object) -> str:
    return TEXTS[key][lang].format(**values)
