"""`edicola doctor`: is everything there that answering needs? One line a check, with the mend where something is wrong."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass

from bot.journal import Journal
from bot.settings import Settings, require_token
from index.errors import EdicolaError
from index.indexer import check_compatible
from retrieval.assembly import build_encoder, build_engine, build_reader

WITHDRAWN_NAMED = 10


@dataclass(frozen=True, slots=True)
class Finding:
    """A check and what it found; `problem` is empty where all is well."""

    check: str
    detail: str = ""
    problem: str = ""

    def __str__(self) -> str:
        return f"PROBLEM {self.check}: {self.problem}" if self.problem else f"ok      {self.check}: {self.detail}"


def examine(settings: Settings) -> Iterator[Finding]:
    """Check the settings, the articles, the models, the index, what was withdrawn from it, and the journal."""
    yield _finding("token", lambda: str(require_token(settings.bot)))
    yield _finding("articles", lambda: _articles(settings))
    yield _finding("encoder", lambda: build_encoder(settings.index).name)
    yield _finding("reader", lambda: _reader(settings))
    yield _finding("index", lambda: _index(settings))
    yield _finding("withdrawn", lambda: _withdrawn(settings))
    yield _finding("journal", lambda: _journal(settings))


def _finding(check: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(check, look())
    except EdicolaError as error:
        return Finding(check, problem=str(error))


def _articles(settings: Settings) -> str:
    folder = settings.index.articles_dir
    if not folder.is_dir():
        raise EdicolaError(f"{folder} is not a folder: create it, or name another one as ARTICLES_DIR")
    return f"{sum(path.is_file() for path in folder.rglob('*'))} files in {folder}"


def _reader(settings: Settings) -> str:
    build_reader(settings.retrieval)
    return settings.retrieval.reader_model


def _index(settings: Settings) -> str:
    engine = build_engine(settings.index)
    engine.verify()
    with closing(engine.open_current()) as snapshot:
        manifest = snapshot.manifest
        check_compatible(manifest, build_encoder(settings.index))
    return (
        f"snapshot {manifest.number} of {manifest.created:%Y-%m-%d %H:%M} UTC, {manifest.articles} articles, {manifest.passages} passages"
    )


def _withdrawn(settings: Settings) -> str:
    ids = sorted(build_engine(settings.index).withdrawn())
    named = ", ".join(ids[:WITHDRAWN_NAMED]) + (", …" if len(ids) > WITHDRAWN_NAMED else "")
    return f"{len(ids)} articles" + (f": {named}" if ids else "")


def _journal(settings: Settings) -> str:
    with closing(Journal(settings.journal_url)) as journal:
        return f"{len(journal.unanswered())} updates to be answered"
