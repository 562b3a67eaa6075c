"""What the bot says in words that never change."""

from bot.markup import sentence

START = sentence(
    "Ciao! Rispondo a domande sugli articoli del mio archivio: ti mostro la frase esatta, il titolo, la fonte e la data.\n"
    "Scrivimi una domanda, per esempio: «Quando scade il contratto di Ancelotti?»\n"
    "/help dice che cosa so fare."
)
HELP = sentence(
    "Scrivimi una domanda a parole tue: cerco la risposta negli articoli e ti cito la frase, senza riscriverla.\n"
    "Puoi continuare con domande brevi, come «E Simeone?»; se rispondi a un mio messaggio, riparto da quello. "
    "Se la risposta non c’è, te lo dico.\n"
    "In un gruppo rispondo quando mi nomini o rispondi a un mio messaggio.\n"
    "/sources elenca gli articoli che leggo\n"
    "/ultime mostra le ultime notizie; con un nome o un tema, come «/ultime Genoa», quelle che ne parlano\n"
    "/perche spiega come ho trovato l’ultima risposta, o quella a cui rispondi con il comando\n"
    "/id dice il tuo numero e quello della chat\n"
    "Solo per chi mi gestisce: /reindex rilegge gli articoli, /ritira ne toglie uno, /ripristina lo rimette; "
    "un link o un file mandato da solo diventa un articolo, dopo un’anteprima."
)
NOTHING_TO_EXPLAIN = sentence("Non ho niente da spiegare: in questa chat non ho ancora risposto a nessuna domanda.")
CONSOLE_GREETING = sentence("Scrivi una domanda e premi Invio; Ctrl-D per finire.")
ONLY_TEXT = sentence("So leggere solo domande scritte: prova a mandarmela come testo.")
EMPTY_MENTION = sentence("Dimmi! Scrivi la domanda nello stesso messaggio in cui mi nomini.")
UNKNOWN_COMMAND = sentence("Non conosco questo comando. /help dice che cosa so fare.")
NOT_ALLOWED = sentence(
    "Mi dispiace, non posso rispondere in questa chat: chi mi gestisce deve prima aggiungerla. /id dice i numeri che servono."
)
BUTTON_NOT_ALLOWED = "Mi dispiace, non posso rispondere in questa chat."  # a toast: words only
BUTTON_ADMINS_ONLY = "Mi dispiace, questo pulsante è riservato a chi mi gestisce."
ADDING_ALREADY = "Lo sto già aggiungendo."
ADDED_ALREADY = "È già fra gli articoli."
ADDED_NOT_DISCARDED = "È già fra gli articoli: per toglierlo c’è /ritira."
BUTTON_FAILED = "Qualcosa è andato storto: riprova fra poco, per favore."
ADDITION_GONE = "Non ce l’ho più: mandamelo di nuovo, per favore."
ADMINS_ONLY = sentence("Mi dispiace, questo comando è riservato a chi mi gestisce.")
BUSY = sentence("Ho molte domande in coda: riprova fra un minuto, per favore.")
TOO_SLOW = sentence("Ci sto mettendo troppo tempo. Riprova fra poco, magari con una domanda più breve.")
ARCHIVE_UNREADABLE = sentence("In questo momento non riesco a leggere l’archivio degli articoli. Riprova più tardi.")
FAILED = sentence("Qualcosa è andato storto dalla mia parte. Riprova fra poco, per favore.")
NO_SOURCES = sentence("Non ho ancora articoli da leggere.")
WHICH_ARTICLE = sentence(
    "Quale articolo? Scrivi dopo il comando il suo id o il suo link, oppure rispondi con il comando a un mio messaggio che lo cita."
)
UNKNOWN_ARTICLE = sentence("Non conosco nessun articolo con questo id o con questo link.")
REINDEX_RUNNING = sentence("Sto già rileggendo gli articoli: aspetta che abbia finito, per favore.")
REINDEX_STARTED = sentence("Rileggo gli articoli… Intanto continuo a rispondere.")
REINDEX_STOPPED = sentence("La rilettura degli articoli si è interrotta: resta in uso l’archivio di prima.")
NOT_DOWNLOADED = sentence("Telegram non mi dà questo file: rimandamelo fra poco, per favore.")
