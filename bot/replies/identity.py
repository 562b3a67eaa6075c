"""The numbers that settings ask for."""

from bot.markup import Block, Reply, Run, line


def id_reply(user_id: int, chat_id: int) -> Reply:
    """Return the numbers that `ADMIN_IDS` and `ALLOWED_IDS` take."""
    own = line("Il tuo numero è ", Run(str(user_id), "code"), ".")
    chat = (line("Il numero di questa chat è ", Run(str(chat_id), "code"), "."),) if chat_id != user_id else ()
    return Reply((Block((own, *chat)),))
