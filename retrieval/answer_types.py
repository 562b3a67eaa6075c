"""What kind of answer a question asks for, told from its question word and the noun that goes with it.

In come the folded words of a question, Italian or English; out come the types that an answering span may have, and the focus: the
noun that names what is asked for (`quale squadra`, `il nome dell'allenatore`). Questions without a question word are judged by their
nouns, as in `prezzo biglietti museo`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz.distance import OSA

from index.italian import is_stop_word, stem
from retrieval.english import is_english, is_english_stop_word, italian_words


class AnswerType(StrEnum):
    """What kind of span the question asks for."""

    PERSON = "person"
    PLACE = "place"
    DATE = "date"
    NUMBER = "number"
    MONEY = "money"
    DURATION = "duration"
    REASON = "reason"
    THING = "thing"  # which, what, definitions, anything else


@dataclass(frozen=True, slots=True)
class Expectation:
    """The types that an answer may have, and the folded noun that names what is asked for, empty if none does.

    `question_word` is the place of the question word among the words, None where there is none.
    """

    types: frozenset[AnswerType]
    focus: str = ""
    question_word: int | None = None


_NOUNS: Mapping[AnswerType, str] = {
    AnswerType.PERSON: """
        allenatore allenatrice tecnico mister ct commissario giocatore giocatrice calciatore calciatrice portiere difensore terzino
        centrocampista regista trequartista attaccante centravanti punta bomber capitano arbitro presidente presidentessa vicepresidente
        sindaco sindaca assessore assessora ministro ministra premier politico politica deputato senatore senatrice segretario segretaria
        direttore direttrice ds amministratore ad responsabile dirigente fondatore fondatrice proprietario proprietaria patron capo leader
        portavoce autore autrice scrittore scrittrice giornalista poeta pittore scultore architetto architetta artista attore attrice
        cantante musicista compositore stilista chef cuoco medico dottore dottoressa professore professoressa docente studioso scienziato
        scienziata ricercatore ricercatrice esperto giudice procuratore procuratrice avvocato avvocata magistrato pm re regina imperatore
        papa vescovo cardinale generale comandante candidato candidata vincitore vincitrice campione campionessa avversario avversaria
        marito moglie compagno compagna fidanzato fidanzata padre madre papa mamma figlio figlia fratello sorella nonno nonna persona uomo
        donna ragazzo ragazza cognome agente testimone vittima colpevole custode pilota ciclista tennista atleta inventore successore
        predecessore erede signore persone""",
    AnswerType.PLACE: """
        luogo luoghi posto citta paese comune provincia regione stato nazione continente isola via strada piazza viale stadio campo ospedale
        aeroporto porto stazione indirizzo sede zona area quartiere localita frazione teatro museo capitale fiume lago monte valle
        incrocio autostrada edificio palazzo carcere spiaggia contrada""",
    AnswerType.DATE: """
        data giorno anno mese ora orario stagione secolo decennio periodo epoca momento scadenza calendario""",
    AnswerType.MONEY: """
        prezzo costo cifra stipendio ingaggio salario compenso paga somma importo spesa budget bilancio fatturato ricavo incasso multa
        risarcimento clausola valore valutazione offerta riscatto tassa affitto milione miliardo euro dollaro soldo debito quota
        contributo""",
    AnswerType.DURATION: "durata tempo",
    AnswerType.REASON: "motivo motivi ragione ragioni causa cause perche spiegazione motivazione",
    AnswerType.NUMBER: """
        numero percentuale eta punteggio risultato altezza peso lunghezza larghezza velocita distanza temperatura magnitudo media gol reti
        punti voti maglia superficie profondita popolazione abitanti quantita frequenza voto""",
    AnswerType.THING: "nome titolo squadra club societa modulo ruolo film libro legge partito azienda trofeo gara partita",
}
_TYPE_OF_NOUN = {word[:-1]: type_ for type_, words in _NOUNS.items() for word in words.split()}  # stems join porto and portiere
_MONEY_VERBS = frozenset(
    map(
        stem,
        """
        costa costano costava costato costata costera costo vale valgono guadagna guadagnano guadagnava guadagnera prende prendono prendera
        paga pagano pagato pagata pagare paghera paghera spende spendono speso spesa offre offriva offerto incassa incassato incassera
        investe investito stanziato stanzia mette presta presterebbe cede venduto valuta valutato deve debiti ingaggio cost pay paid earn
        spend offer worth sell sold pija""".split(),
    )
)
_TIME_UNITS = frozenset("tempo secondi minuti minuto ore ora giorni giorno settimane settimana mesi mese anni anno years days".split())
_LASTING = frozenset(map(stem, "dura durano durata durato durera durava durare manca mancano resta rimane".split()))
_CURRENCIES = frozenset("euro milioni miliardi dollari soldi sterline million billion euros dollars money".split())
_SPAN_PREPOSITIONS = frozenset("per da in entro dopo ogni tra fra".split())
_COPULAS = frozenset("e era erano sono fu furono sara saranno sarebbe stato stata is was are were".split())
_AUXILIARIES = frozenset("do does did has have had will would can could should may might must".split())
_FILLERS = _COPULAS | frozenset("il lo la l i gli le un uno una di del della dell dello dei degli delle a the of".split())
_TRANSPARENT = frozenset(
    map(stem, "nome nomi cognome titolo tipo tipi genere parte name nuovo nuova altro altra primo prima secondo".split())
)
_SPELLINGS = {
    "perche": "xche xke xk perke perk why",
    "che": "ke k",
    "chi": "ki who whom whose",
    "quando": "qnd quand qndo when",
    "dove": "dv dov ndo ndove where",
    "quanto": "qnt quant",
    "quanti": "qnti",
    "come": "com cm",
    "cosa": "cos what",
    "quale": "qual quali which",
}
_SHORTHAND = {spelling: word for word, spellings in _SPELLINGS.items() for spelling in spellings.split()}
_PLAIN = {"quando": AnswerType.DATE, "dove": AnswerType.PLACE, "perche": AnswerType.REASON}
_LONG_QUESTION_WORDS = ("quando", "quanto", "quanti", "quante", "perche", "quale")
_QUESTION_WORDS = frozenset("chi quando dove quanto quanti quanta quante perche come cosa quale how".split())
_NO_QUESTION_WORDS = frozenset("quinto quinti quinte guanto guanti squale".split())  # one letter away from one
_NAMED = frozenset({AnswerType.PERSON, AnswerType.PLACE, AnswerType.THING})
_THING = frozenset({AnswerType.THING})


def expect_answer(words: Sequence[str], names: Collection[str] = ()) -> Expectation:
    """Return what kind of answer the folded words of a question ask for; `names` are those that name somebody or something."""
    asked = [_question_word(word) for word in words]
    place = next((i for i, word in enumerate(asked) if word in _QUESTION_WORDS), None)
    if place is None:
        place = next((i for i, word in enumerate(asked[:3]) if word == "che"), None)
    if place is None:
        return _expect_by_nouns(words)
    types, focus = _expect_after(asked[place], words, place, names)
    return Expectation(types, focus, place)


def _question_word(word: str) -> str:
    """Return the question word that a word is, written in full and right, or the word itself."""
    if word in _SHORTHAND:
        return _SHORTHAND[word]
    if len(word) >= 5 and not is_stop_word(word) and word not in _NO_QUESTION_WORDS:
        return next((known for known in _LONG_QUESTION_WORDS if OSA.distance(word, known, score_cutoff=1) <= 1), word)
    return word


def _expect_after(asked: str, words: Sequence[str], place: int, names: Collection[str]) -> tuple[frozenset[AnswerType], str]:
    after, before = list(words[place + 1 :]), words[place - 1] if place else ""
    if asked in _PLAIN:
        return frozenset({_PLAIN[asked]}), ""
    if asked == "chi":
        return _expect_who(after, before, names)
    if asked.startswith("quant"):
        return _expect_quantity(asked, after, before)
    if asked == "come":
        return _expect_how(after)
    if words[place] in {"cosa", "cos"} or (words[place] == "what" and _AUXILIARIES & set(after[:1])):
        return _THING, ""
    return _expect_english_how(after) if asked == "how" else _expect_which(after, before)


def _expect_who(after: Sequence[str], before: str, names: Collection[str]) -> tuple[frozenset[AnswerType], str]:
    if len(after) > 1 and after[0] in _COPULAS and after[1] in names:
        return _THING, ""  # chi è Kimberly Moore: what she is
    if before in {"contro", "against"}:
        return frozenset({AnswerType.PERSON, AnswerType.THING}), ""
    focus = _focus(after) if after and after[0] in _COPULAS else ""
    return frozenset({AnswerType.PERSON}), focus


def _expect_quantity(asked: str, after: Sequence[str], before: str) -> tuple[frozenset[AnswerType], str]:
    noun = next((word for word in after[:3] if word not in _FILLERS), "")
    stems = {stem(word) for word in after[:4]}
    has_price = stems & _MONEY_VERBS or any(_type_of(word) is AnswerType.MONEY for word in after[:4])
    if noun in _CURRENCIES or (asked == "quanto" and has_price):
        return frozenset({AnswerType.MONEY}), noun if noun in _CURRENCIES else ""
    if stems & _LASTING or noun == "tempo":
        return frozenset({AnswerType.DURATION}), ""
    if noun in _TIME_UNITS:
        has_age = noun in {"anni", "years"} and before not in _SPAN_PREPOSITIONS
        return frozenset({AnswerType.NUMBER if has_age else AnswerType.DURATION}), noun
    if asked == "quanto":
        return frozenset({AnswerType.NUMBER, AnswerType.DURATION if before == "da" else AnswerType.MONEY}), ""
    return frozenset({AnswerType.NUMBER}), noun


def _expect_how(after: Sequence[str]) -> tuple[frozenset[AnswerType], str]:
    if after[:1] == ["mai"]:
        return frozenset({AnswerType.REASON}), ""
    called = next((i for i, word in enumerate(after[:4]) if word.startswith("chiam")), None)
    if called is not None:
        focus = _focus(after[called + 1 :])
        type_ = _type_of(focus)
        return frozenset({type_} if type_ else {AnswerType.PERSON, AnswerType.THING}), focus
    if set(after[:3]) & {"finita", "finito", "finiva", "terminata", "finisce"}:
        return frozenset({AnswerType.NUMBER, AnswerType.THING}), ""
    return _THING, ""


def _expect_english_how(after: Sequence[str]) -> tuple[frozenset[AnswerType], str]:
    match after[:1]:
        case ["many"]:
            return _expect_quantity("quanti", _translated(after[1:]), "")
        case ["much"]:
            return _expect_quantity("quanto", _translated(after[1:]), "")
        case ["long"]:
            return frozenset({AnswerType.DURATION}), ""
        case ["old" | "tall" | "far" | "high" | "fast" | "big" | "often"]:
            return frozenset({AnswerType.NUMBER}), ""
        case _:
            return _THING, ""


def _expect_which(after: Sequence[str], before: str) -> tuple[frozenset[AnswerType], str]:
    focus = _focus(_translated(after) if is_english(["what", *after]) else after)
    if before == "per" and stem(focus) in {stem("motivo"), stem("ragione")}:
        return frozenset({AnswerType.REASON}), focus
    type_ = _type_of(focus)
    return frozenset({type_ or AnswerType.THING}), focus


def _expect_by_nouns(words: Sequence[str]) -> Expectation:
    """Judge keywords: a measure is asked for wherever it stands (`Bari Cosenza data`), somebody or a place if nothing else is."""
    nouns = [(type_, word) for word in (_translated(words) if is_english(words) else words) if (type_ := _type_of(word))]
    measures = [(type_, word) for type_, word in nouns if type_ not in _NAMED]
    if not nouns:
        return Expectation(_THING)
    type_, word = measures[-1] if measures else nouns[0]
    return Expectation(frozenset({type_}), word)


def _focus(after: Sequence[str]) -> str:
    """Return the noun that is asked for: the first word of a known kind among the next few, else the first that says anything."""
    spoken = [word for word in after[:7] if not is_stop_word(word) and word not in _FILLERS][:3]
    opaque = [word for word in spoken if stem(word) not in _TRANSPARENT]
    return next((word for word in opaque[:2] if _type_of(word)), next(iter(opaque or spoken), ""))


def _type_of(word: str) -> AnswerType | None:
    return _TYPE_OF_NOUN.get(word[:-1])


def _translated(words: Sequence[str]) -> list[str]:
    """Return English words in Italian where the dictionary knows them, without those that say nothing."""
    return [italian_words(word)[0] if italian_words(word) else word for word in words if not is_english_stop_word(word)]
