"""A strict local Telegram: the Bot API over HTTP on loopback, refusing what Telegram refuses.

    async with TelegramServer() as server:
        anna = server.user(1001, "Anna", "it")
        application = Application.builder().token(server.token).base_url(server.base_url).base_file_url(server.base_file_url).build()
        …
        question = await anna.sends("Chi ha vinto il derby?")
        answer = await server.wait_for_message(anna, after=question)
        await anna.presses("Sì", answer)
        assert server.errors == []

Reading order: refusals · entities · links · parameters · html_markup · limits · keyboards · rates · messages · chats · files · queries ·
profile · updates · state · sending · editing · answering · visiting · methods · webhook · faults · request_log · gateway · people · server.
"""

from .chats import ChatReference
from .entities import Entity, FormattedText, utf16_length
from .keyboards import Button
from .messages import Link, Media, Message, Quote, Version
from .people import Group, User
from .queries import QueryAnswer
from .rates import NO_RATE_LIMITS, RateLimits
from .refusals import JsonObject, Refusal
from .request_log import Request
from .server import TOKEN, TelegramServer
from .updates import Update

__all__ = [
    "NO_RATE_LIMITS",
    "TOKEN",
    "Button",
    "ChatReference",
    "Entity",
    "FormattedText",
    "Group",
    "JsonObject",
    "Link",
    "Media",
    "Message",
    "QueryAnswer",
    "Quote",
    "RateLimits",
    "Refusal",
    "Request",
    "TelegramServer",
    "Update",
    "User",
    "Version",
    "utf16_length",
]
