"""Every sentence that a user reads, in Italian, and the card that shows an answer with its source.

Outcomes and events come in, `Reply` values go out; `bot/markup` turns them into Telegram's HTML or into text for a terminal.
"""

from bot.replies.collection import (
    SKIPPED_SHOWN,
    SOURCES_BUTTON,
    SOURCES_PER_PAGE,
    progress_reply,
    reindex_failed_reply,
    report_reply,
    restored_reply,
    sources_reply,
    withdrawn_reply,
)
from bot.replies.explanations import explanation_reply
from bot.replies.identity import id_reply
from bot.replies.outcomes import outcome_reply, result_reply
from bot.replies.sentences import (
    ADMINS_ONLY,
    ARCHIVE_UNREADABLE,
    BUSY,
    BUTTON_NOT_ALLOWED,
    CONSOLE_GREETING,
    EMPTY_MENTION,
    FAILED,
    HELP,
    NO_SOURCES,
    NOT_ALLOWED,
    NOTHING_TO_EXPLAIN,
    ONLY_TEXT,
    REINDEX_RUNNING,
    REINDEX_STARTED,
    REINDEX_STOPPED,
    START,
    TOO_SLOW,
    UNKNOWN_ARTICLE,
    UNKNOWN_COMMAND,
    WHICH_ARTICLE,
)
from bot.replies.wording import italian_date

__all__ = [
    "ADMINS_ONLY",
    "ARCHIVE_UNREADABLE",
    "BUSY",
    "BUTTON_NOT_ALLOWED",
    "CONSOLE_GREETING",
    "EMPTY_MENTION",
    "FAILED",
    "HELP",
    "NOTHING_TO_EXPLAIN",
    "NOT_ALLOWED",
    "NO_SOURCES",
    "ONLY_TEXT",
    "REINDEX_RUNNING",
    "REINDEX_STARTED",
    "REINDEX_STOPPED",
    "SKIPPED_SHOWN",
    "SOURCES_BUTTON",
    "SOURCES_PER_PAGE",
    "START",
    "TOO_SLOW",
    "UNKNOWN_ARTICLE",
    "UNKNOWN_COMMAND",
    "WHICH_ARTICLE",
    "explanation_reply",
    "id_reply",
    "italian_date",
    "outcome_reply",
    "progress_reply",
    "reindex_failed_reply",
    "report_reply",
    "restored_reply",
    "result_reply",
    "sources_reply",
    "withdrawn_reply",
]
