"""A generated news site: Italian reports of an invented province, on pages with all that surrounds a text on a real site.

`story` makes the same report of a number on every machine; no two are near-copies. `NewsSite` serves them by a local web server with a
sitemap index, `ETag` and `Last-Modified`, changes some and takes others away.
"""

import datetime
import email.utils
import hashlib
import html
import json
import random
from collections.abc import Iterable
from dataclasses import dataclass, replace

from tests.web_server import WebServer

HOST = "cronache.test"
SITE = f"http://{HOST}"
DISCLAIMER = "La riproduzione di questo testo è permessa solo con il consenso scritto della redazione delle Cronache di Valmora."
ROBOTS = f"User-agent: *\nDisallow: /redazione/\nSitemap: {SITE}/sitemap.xml\n"
STORIES_A_SITEMAP = 1000
OLDEST_DAYS, NEWEST_DAYS = 730, 7  # pages of the last three days would be asked for again in every run

_XMLNS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_PLACES = (
    "Valmora Castelbruno Roccapiana Ponteserra Montefosco Acquarossa Belvento Campofreddo Fontesecca Gelsomina Malpasso Nocebianca "
    "Olmeto Pietranera Querciola Rivalta Santafosca Torrebassa Ulivella Vignanova"
).split()
_NAMES = "Ada Bruno Carla Dario Elena Fabio Gina Ivo Lidia Mauro Nora Oreste Pia Remo Silvia Tito Ugo Vera Zeno Irma".split()
_SURNAMES = (
    "Albricci Bonfanti Carrera Dossena Ermini Fagiolari Grimani Ippoliti Lavezzi Marzotti Nespoli Ottaviani Perlasca Quadrelli Rusconi "
    "Scarpetta Tavecchi Ubaldini Vitaletti Zanforlin"
).split()
_ROLES = (
    "la sindaca|l'assessore ai lavori pubblici|il comandante dei vigili|la dirigente scolastica|il presidente della cooperativa|"
    "la portavoce dei pendolari|il direttore del museo|la responsabile del cantiere|il medico condotto|la capogruppo della minoranza|"
    "il parroco|la geologa della Regione|l'allenatore della squadra|il segretario dei commercianti|la bibliotecaria"
).split("|")
_WORKS = (
    "il ponte sul torrente|la pista ciclabile|il mercato coperto|la palestra comunale|il tetto della biblioteca|il depuratore|"
    "la scuola elementare|il museo del sale|la stazione degli autobus|l'argine del fiume|il teatro dei Portici|la piscina|"
    "il parcheggio della stazione|la fontana della piazza|il rifugio alpino|la rotonda della provinciale|il campo di calcio|l'asilo nido"
).split("|")
_REASONS = (
    "le piogge dell'autunno|un ricorso al tribunale amministrativo|la mancanza di operai|il ritardo di una fornitura|"
    "una frana sul versante nord|il ritrovamento di una tomba antica|un errore nel bando|la protesta dei residenti|"
    "il fallimento dell'impresa|una perizia che nessuno aveva chiesto|la rottura di una condotta|il cambio di giunta"
).split("|")
_MONTHS = "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre".split()
_KINDS = "cronaca politica sport cultura economia".split()
_SENTENCES = (
    "A {place} {work} costerà {euro} euro, {less} in meno di quanto si temeva a {month}",
    "{Role}, {person}, ha detto ai {number} presenti che {reason} non fermerà niente",
    "Sono {number} le famiglie di {place} che aspettano {work} dal {year}",
    "Secondo {person} bisogna guardare a {place}, dove {work} è pronto da {few} anni",
    "Il consiglio di {place} ha votato alle {hour}: {few} contrari, tra loro {person}",
    "Tutto è cominciato con {reason}, il {day} {month} del {year}",
    "«A {place} ci torno ogni {month}», racconta {person}, che ha {age} anni e vive di patate",
    "Per {role} contano i numeri: {number} visitatori, {few} guide e un solo bagno",
    "La strada tra {place} e {place2} resta a senso alternato fino al {day} {month}",
    "Alla ditta {surname} sono andati {euro} euro per {work}, alla {surname2} le briciole",
    "{person} ha vinto per {few} voti su {number}, dopo una notte passata a contare a {place}",
    "Dal {day} {month} gli autobus per {place} partono alle {hour} e non più da {place2}",
    "Tra {place} e {place2} la neve ha raggiunto i {age} centimetri, e {reason} ha fatto il resto",
    "{Role} non esclude {reason}, ma {person} giura che a {month} si taglierà il nastro",
    "Nel {year} {work} aveva chiuso per {few} mesi; questa volta, dice {person}, ne basteranno meno",
    "La raccolta di firme di {surname} si è fermata a {number}, quella di {surname2} va avanti a {place}",
    "Restano da trovare {euro} euro: {few} parti su dieci le mette la Regione, il resto {place}",
    "Al torneo di {place} la squadra di {person} ha perso {few} partite su {age} e ne ride",
    "Nelle carte di {surname2}, datate {day} {month} {year}, di {work} non c'è traccia",
    "I carabinieri di {place} hanno sentito {person} per {few} ore, poi lo hanno lasciato andare a cena",
    "Chi passa da {place2} vede {age} lampioni spenti e, in fondo, {work}",
    "{surname} e {surname2} si parlano solo per lettera, {number} in tutto dal {year}",
    "Il {day} {month} riapre lo sportello di {place}: {few} mattine alla settimana, dalle {hour}",
    "Un'azienda di {place2} assumerà {age} persone entro {month}, e {number} si sono già presentate",
    "La causa, spiega {role}, sta in {reason}; {person} parla invece di sfortuna",
    "{place} ha {number} abitanti, {few} forni e un debito di {euro} euro verso {place2}",
)
_TITLES = (
    "{place}, {work} e quei {euro} euro di troppo",
    "{person} lascia {place}: «Colpa di chi parla»",
    "{place}, {reason} blocca {work}",
    "Da {place} a {place2} in {age} minuti, ma solo da {month}",
    "{number} firme a {place2} contro {surname}",
    "{surname} e {surname2}, pace fatta a {place} dopo {few} anni",
)


@dataclass(frozen=True, slots=True)
class Story:
    """A report as its newsroom has it."""

    number: int
    title: str
    paragraphs: tuple[str, ...]
    author: str
    section: str
    published: datetime.date
    version: int = 1

    @property
    def path(self) -> str:
        """Where it stands on its site."""
        return f"/{self.section}/{self.published:%Y/%m}/notizia-{self.number:06d}.html"

    @property
    def url(self) -> str:
        """Its address, and so the id of its article."""
        return f"{SITE}{self.path}"

    @property
    def body(self) -> str:
        """All its prose."""
        return "\n".join(self.paragraphs)


def story(number: int, *, today: datetime.date | None = None) -> Story:
    """Return the report of a number; it was published at some day of the two years before `today`."""
    dice = random.Random(number)
    published = (today or datetime.date.today()) - datetime.timedelta(days=dice.randint(NEWEST_DAYS, OLDEST_DAYS))
    sentences = [_filled(template, dice) for template in dice.sample(_SENTENCES, dice.randint(9, 18))]
    paragraphs = []
    while sentences:
        size = dice.randint(2, 4)
        paragraphs.append(" ".join(f"{sentence}." for sentence in sentences[:size]))
        sentences = sentences[size:]
    return _numbered(
        Story(number, _filled(dice.choice(_TITLES), dice), tuple(paragraphs), _person(dice), dice.choice(_KINDS), published), 1
    )


def corrected(old: Story) -> Story:
    """Return the next version of a report: another number of its protocol, and nothing else."""
    return _numbered(replace(old, paragraphs=old.paragraphs[:-1]), old.version + 1)


def _numbered(one: Story, version: int) -> Story:
    protocol = f"La notizia porta il protocollo {one.number:06d} nella versione {version} del registro di redazione."
    return replace(one, paragraphs=(*one.paragraphs, protocol), version=version)


def _filled(template: str, dice: random.Random) -> str:
    role, (place, place2), (surname, surname2) = dice.choice(_ROLES), dice.sample(_PLACES, 2), dice.sample(_SURNAMES, 2)
    filled = template.format(
        role=role, Role=role[0].upper() + role[1:], place=place, place2=place2, surname=surname, surname2=surname2,
        person=_person(dice), work=dice.choice(_WORKS), reason=dice.choice(_REASONS), month=dice.choice(_MONTHS),
        day=dice.randint(2, 28), year=dice.randint(1985, 2024), hour=f"{dice.randint(6, 22)}.{dice.randint(10, 59)}",
        number=dice.randint(101, 9999), few=dice.randint(2, 9), age=dice.randint(21, 96),
        euro=f"{dice.randint(12, 980)}.{dice.randint(0, 9)}00", less=f"{dice.randint(2, 11)}.{dice.randint(0, 9)}00",
    )  # fmt: skip
    return filled[0].upper() + filled[1:]


def _person(dice: random.Random) -> str:
    return f"{dice.choice(_NAMES)} {dice.choice(_SURNAMES)}"


class NewsSite:
    """The stories that are online, on a server that runs. A change is online at once: first the page, then its sitemap, then their list."""

    def __init__(self, server: WebServer, *, stories_a_sitemap: int = STORIES_A_SITEMAP) -> None:
        self._site = server.site(HOST)
        self._size = stories_a_sitemap
        self._sitemaps: dict[int, dict[int, tuple[Story, datetime.datetime]]] = {}  # by number: its stories, and when each changed
        self._changed: dict[int, datetime.datetime] = {}  # when each sitemap did
        self._site.page("/robots.txt", ROBOTS, content_type="text/plain")

    def publish(self, stories: Iterable[Story], now: float) -> None:
        """Put stories online, or new versions of those that are."""
        moment, touched = datetime.datetime.fromtimestamp(now, datetime.UTC), set()
        for one in stories:
            self._put(one.path, _page(one, moment), "text/html; charset=utf-8", moment)
            self._sitemaps.setdefault(one.number // self._size, {})[one.number] = (one, moment)
            touched.add(one.number // self._size)
        self._list(touched, moment)

    def remove(self, one: Story, now: float) -> None:
        """Take a story away: its page answers 404."""
        self._site.remove(one.path)
        del self._sitemaps[one.number // self._size][one.number]
        self._list({one.number // self._size}, datetime.datetime.fromtimestamp(now, datetime.UTC))

    def _list(self, touched: Iterable[int], moment: datetime.datetime) -> None:
        for number in touched:
            self._changed[number] = moment
            stories = self._sitemaps[number].values()
            self._put_list(f"/sitemap-{number}.xml", "urlset", "url", [(one.url, changed) for one, changed in stories], moment)
        sitemaps = [(f"{SITE}/sitemap-{number}.xml", changed) for number, changed in sorted(self._changed.items())]
        self._put_list("/sitemap.xml", "sitemapindex", "sitemap", sitemaps, moment)

    def _put_list(self, path: str, root: str, entry: str, urls: Iterable[tuple[str, datetime.datetime]], moment: datetime.datetime) -> None:
        entries = "".join(f"<{entry}><loc>{url}</loc><lastmod>{changed.isoformat()}</lastmod></{entry}>\n" for url, changed in urls)
        xml = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} {_XMLNS}>\n{entries}</{root}>\n'
        self._put(path, xml, "application/xml", moment)

    def _put(self, path: str, text: str, content_type: str, moment: datetime.datetime) -> None:
        etag = f'"{hashlib.blake2b(text.encode(), digest_size=8).hexdigest()}"'
        modified = email.utils.format_datetime(moment, usegmt=True)
        self._site.page(path, text, content_type=content_type, etag=etag, last_modified=modified)


def _page(one: Story, moment: datetime.datetime) -> str:
    title, published = html.escape(one.title), f"{one.published.isoformat()}T06:30:00+02:00"
    paragraphs = "\n".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in (*one.paragraphs, DISCLAIMER))
    about = {
        "@context": "https://schema.org", "@type": "NewsArticle", "headline": one.title, "datePublished": published,
        "dateModified": moment.isoformat(timespec="seconds") if one.version > 1 else published,
        "author": {"@type": "Person", "name": one.author}, "publisher": {"@type": "Organization", "name": "Cronache di Valmora"},
    }  # fmt: skip
    others = "\n".join(f'<li><a href="/{kind}/">Tutta la {kind} della provincia</a></li>' for kind in _KINDS)
    return f"""<!doctype html>
<html lang="it"><head><meta charset="utf-8"><title>{title} - Cronache di Valmora</title>
<link rel="canonical" href="{one.url}">
<meta property="og:type" content="article"><meta property="og:title" content="{title}">
<meta property="og:site_name" content="Cronache di Valmora"><meta property="og:url" content="{one.url}">
<meta property="article:published_time" content="{published}"><meta name="author" content="{one.author}">
<script type="application/ld+json">{json.dumps(about, ensure_ascii=False)}</script></head>
<body><header><a href="/">Cronache di Valmora</a><nav><ul>{others}</ul></nav></header>
<main><article><h1>{title}</h1><p class="byline">di {one.author}, <time datetime="{published}">{one.published:%d/%m/%Y}</time></p>
{paragraphs}
</article><aside><h2>Leggi anche</h2><ul>{others}</ul></aside></main>
<div class="newsletter"><p>Iscriviti alla nostra newsletter: ogni mattina le notizie della provincia nella tua posta.</p></div>
<footer><p>Cronache di Valmora, testata registrata presso il tribunale di Castelbruno. Partita IVA 01234567890.</p>
<p><a href="/privacy">Privacy</a> <a href="/cookie">Cookie</a> <a href="/contatti">Contatti</a></p></footer></body></html>
"""
