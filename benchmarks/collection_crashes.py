"""Kill `edicola index --watch` at random moments while its sources change, and count what is lost.

    python -m benchmarks.collection_crashes [--kills 100] [--seed 7] [--stories 60] [--json FILE]

A generated news site and a folder of notes change all the time: articles come, are corrected, go and come back, now one, now a dozen.
The watching process is killed with SIGKILL, alone: those that it started have to end by themselves. After each kill the published snapshot
must open with its checksums, hold no article twice or in a form that never was, and still have what it had and nobody took away; page
store, ledger and history must be whole. At the end, after a run in peace, it must hold exactly what site and folder hold. Linux only.
"""

import argparse
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from benchmarks.index_process import LapseClock
from benchmarks.news_site import SITE, NewsSite, Story, corrected, story
from bot.reindexing import decode_event
from evaluation.provenance import provenance
from index.articles import Article
from index.engine import Snapshot
from index.errors import NoSnapshot
from index.indexer import Report
from index.settings import PROJECT
from index.snapshot import FolderEngine
from index.sources.collection import PAGES_FILE
from index.sources.history import FILE_NAME, History
from index.sources.ledger import Ledger
from index.sources.page_store import PageStore
from tests.web_server import WebServer

SPEED = 60.0  # a source that is due every minute is due every second
LONGEST_LIFE_SECONDS = 12.0  # after the beginning of the first run, or after its end
IN_LATER_RUNS = 0.5  # of the kills
AIMS = ("", "", "asking", "reading", "encoding", "publishing")
LONGEST_AIMS = 2.5  # lives
SOON_SECONDS = 0.3
BEGINNING_SECONDS = 120.0
CHANGE_SECONDS = (0.05, 0.6)
BURST = 12  # so many at once are read by processes of their own
ENDING_SECONDS = 10.0  # for the processes that a killed one leaves behind
COMPLAINT_CHARACTERS = 2000
STORIES_A_SITEMAP = 50
STORIES, NOTES = 60, 30
SOURCES = f"""
[cronache]
sitemap = "{SITE}/sitemap.xml"
gone = "remove"
every_minutes = 1

[note]
folder = "note"
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the rounds and print what was lost."""
    parser = argparse.ArgumentParser(
        prog="benchmarks.collection_crashes", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--stories", type=int, default=STORIES)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        losses, figures = run(Path(scratch), args.kills, random.Random(args.seed), stories=args.stories)
    for loss in losses:
        print(loss, file=sys.stderr)
    figures = {**provenance(["python -m benchmarks.collection_crashes", *sys.argv[1:]]), **figures}
    text = json.dumps(figures, indent=1)
    print(text)
    if args.json:
        args.json.write_text(text + "\n", encoding="utf-8")
    return int(bool(losses))


def run(
    scratch: Path, kills: int, dice: random.Random, *, stories: int = STORIES, longest_life: float = LONGEST_LIFE_SECONDS
) -> tuple[list[str], dict[str, object]]:
    """Return what was lost, a line each, and the counts."""
    (scratch / "sources.toml").write_text(SOURCES, encoding="utf-8")
    phases, reports = Counter[str](), 0
    clock = LapseClock(time.time(), SPEED)
    with WebServer() as server:
        newsroom = Newsroom(server, scratch / "note", clock, dice)
        newsroom.open(stories, max(1, stories * NOTES // STORIES))
        inspection = Inspection(scratch / "data", newsroom)
        for kill in range(1, kills + 1):
            with Watching("watch", server.port, scratch, clock) as watching:
                watching.wait_until_begun()
                _live(watching, newsroom, dice, longest_life)
                watching.kill(inspection)
            phases[watching.phase] += 1
            reports += watching.reports
            inspection.after_kill(kill)
            print(
                f"kill {kill}: {watching.phase}, snapshot {inspection.number}, {len(inspection.losses)} losses", file=sys.stderr, flush=True
            )
        for again in (False, True):
            with Watching("once", server.port, scratch, clock) as quiet:
                quiet.wait(inspection, is_unchanged=again)
        inspection.at_the_end()
    return inspection.losses, {
        "kills": kills,
        "phases_of_the_kills": dict(phases),
        "runs_that_ended_between": reports,
        "changes_of_articles": dict(newsroom.counts),
        "requests": len(server.requests),
        "snapshots_published": inspection.number,
        "articles_at_the_end": len(newsroom.online()),
        **{name: inspection.counts[name] for name in inspection.counted},
    }


def _live(watching: "Watching", newsroom: "Newsroom", dice: random.Random, longest_life: float) -> None:
    """Let things change until the moment of the kill: any moment, or one soon after a phase begins, else short phases are never met."""
    if dice.random() < IN_LATER_RUNS:
        while not watching.has_ended and not watching.is_in("idle", dice.uniform(*CHANGE_SECONDS)):
            newsroom.change()
    aim = dice.choice(AIMS)
    until = time.monotonic() + longest_life * (LONGEST_AIMS if aim else dice.random())
    while (left := until - time.monotonic()) > 0 and not watching.has_ended:
        if watching.is_in(aim, min(left, dice.uniform(*CHANGE_SECONDS))):
            time.sleep(dice.uniform(0.0, SOON_SECONDS))
            return
        newsroom.change()


# What changes


@dataclass(slots=True)
class Newsroom:
    """The site and the folder, and every text that one of their articles ever had."""

    server: WebServer
    folder: Path
    clock: LapseClock
    dice: random.Random
    counts: Counter[str] = field(default_factory=Counter)
    stories: dict[str, Story] = field(default_factory=dict)  # by the id of the article
    notes: dict[str, Story] = field(default_factory=dict)
    away: list[Story] = field(default_factory=list)  # stories that may come back
    texts: dict[str, set[str]] = field(default_factory=dict)
    taken_away: set[str] = field(default_factory=set)  # since `online` was last looked at
    _number: int = 0
    _site: NewsSite = field(init=False)

    def open(self, stories: int, notes: int) -> None:
        """Begin with so many."""
        self._site = NewsSite(self.server, stories_a_sitemap=STORIES_A_SITEMAP)
        self.folder.mkdir()
        self._publish([self._new() for _ in range(stories)])
        for _ in range(notes):
            self._write(self._new())

    def change(self) -> None:
        """Let something happen on the site or in the folder."""
        kinds = {self._add: 3, self._correct: 4, self._remove: 3, self._bring_back: 1, self._burst: 0.3}
        kinds |= {self._add_note: 2, self._correct_note: 3, self._remove_note: 2}
        kind = self.dice.choices(list(kinds), list(kinds.values()))[0]
        kind()
        self.counts[kind.__name__.strip("_").replace("_", " ")] += 1

    def online(self) -> dict[str, str]:
        """Return the text of each article that the index should have, by id."""
        return {id_: one.body for id_, one in (self.stories | self.notes).items()}

    def _add(self) -> None:
        self._publish([self._new()])

    def _burst(self) -> None:
        self._publish([self._new() for _ in range(BURST)])
        for one in self.dice.sample(list(self.stories.values()), BURST):
            self._take_away(one)

    def _correct(self) -> None:
        self._publish([corrected(self.dice.choice(list(self.stories.values())))])

    def _remove(self) -> None:
        if len(self.stories) > 1:
            self._take_away(self.dice.choice(list(self.stories.values())))

    def _bring_back(self) -> None:
        if self.away:
            self._publish([corrected(self.away.pop(self.dice.randrange(len(self.away))))])

    def _add_note(self) -> None:
        self._write(self._new())

    def _correct_note(self) -> None:
        self._write(corrected(self.dice.choice(list(self.notes.values()))))

    def _remove_note(self) -> None:
        if len(self.notes) > 1:
            id_ = self.dice.choice(list(self.notes))
            self.taken_away.add(id_)
            del self.notes[id_]
            (self.folder / f"{id_}.md").unlink()

    def _new(self) -> Story:
        self._number += 1
        return story(self._number)

    def _publish(self, stories: Sequence[Story]) -> None:
        for one in stories:
            self.stories[one.url] = one
            self.texts.setdefault(one.url, set()).add(one.body)
        self._site.publish(stories, self.clock())

    def _take_away(self, one: Story) -> None:
        self.taken_away.add(one.url)
        self.away.append(self.stories.pop(one.url))
        self._site.remove(one, self.clock())

    def _write(self, one: Story) -> None:
        """Write a note as careful programs do: nobody sees a half of it."""
        id_ = f"nota-{one.number}"
        self.notes[id_] = one
        self.texts.setdefault(id_, set()).add(one.body)
        aside = self.folder / f".{id_}.aside"
        aside.write_text(f"---\nid: {id_}\ntitle: {json.dumps(one.title)}\n---\n\n{one.body}\n", encoding="utf-8")
        aside.replace(self.folder / f"{id_}.md")


# What watches


class Watching:
    """The process that is killed, or ends."""

    def __init__(self, mode: str, port: int, scratch: Path, clock: LapseClock) -> None:
        self._command = [sys.executable, "-m", "benchmarks.index_process", mode, str(port), str(scratch / "data")]
        self._command += [str(scratch / "sources.toml"), "--now", repr(clock.origin), "--speed", repr(SPEED)]
        self._complaints = scratch / "stderr"
        self.phase = "starting"
        self.reports = 0
        self._last: Report | None = None
        self._phases = threading.Condition()

    def __enter__(self) -> Self:
        with self._complaints.open("wb") as complaints:
            self._process = subprocess.Popen(
                self._command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=complaints, text=True, start_new_session=True
            )
        self._listening = threading.Thread(target=self._listen)
        self._listening.start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._listening.join()

    @property
    def has_ended(self) -> bool:
        """True if the process is no longer there."""
        return self._process.poll() is not None

    def wait_until_begun(self) -> None:
        """Return when the first run has begun."""
        with self._phases:
            if not self._phases.wait_for(lambda: self.phase not in ("starting", "idle"), BEGINNING_SECONDS):
                raise SystemExit(f"the watching process does not begin: {self._said()}")

    def is_in(self, phase: str, seconds: float) -> bool:
        """True as soon as the process is in a phase; False if it was not for so long."""
        with self._phases:
            return self._phases.wait_for(lambda: self.phase == phase, seconds)

    def kill(self, inspection: "Inspection") -> None:
        """Kill the process, and see that those which it started end."""
        if self.has_ended:
            inspection.lose("ended_by_itself", f"the watching process ended: {self._said()}")
        self._process.kill()
        self._process.wait()
        until = time.monotonic() + ENDING_SECONDS
        while self._has_others() and time.monotonic() < until:
            time.sleep(0.01)
        if self._has_others():
            inspection.lose("left_processes_behind", f"processes outlive the killed one by more than {ENDING_SECONDS:g} s")

    def wait(self, inspection: "Inspection", *, is_unchanged: bool) -> None:
        """Wait for the end of a run in peace."""
        code = self._process.wait()
        self._listening.join()
        if code or self._last is None:
            inspection.lose("failed_runs", f"a run in peace ended with code {code}: {self._said()}")
        elif is_unchanged and self._last.added + self._last.changed + self._last.removed:
            inspection.lose("restless_runs", f"a run changed something where nothing had changed: {self._last}")

    def _said(self) -> str:
        return self._complaints.read_text(encoding="utf-8", errors="replace")[-COMPLAINT_CHARACTERS:]

    def _has_others(self) -> bool:
        try:
            os.killpg(self._process.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                if isinstance(event := decode_event(line), Report):
                    self._last = event
                    self.reports += 1
                elif '"phase"' in line and line.endswith("\n"):
                    with self._phases:
                        self.phase = json.loads(line)["phase"]
                        self._phases.notify_all()


# What is left


class Inspection:
    """Looks at what a killed process leaves, and counts what is wrong with it."""

    counted = (
        "unreadable_snapshots", "unreadable_stores", "lost", "doubled", "never_written", "went_back", "wrong_at_the_end",
        "left_processes_behind", "ended_by_itself", "failed_runs", "restless_runs",
    )  # fmt: skip

    def __init__(self, data_dir: Path, newsroom: Newsroom) -> None:
        self._data = data_dir
        self._engine = FolderEngine(data_dir / "index")
        self._newsroom = newsroom
        self._had: frozenset[str] = frozenset()
        self.number = 0
        self.counts: Counter[str] = Counter()
        self.losses: list[str] = []

    def lose(self, kind: str, what: str) -> None:
        """Count a loss."""
        assert kind in self.counted
        self.counts[kind] += 1
        self.losses.append(f"{kind}: {what}")

    def after_kill(self, kill: int) -> None:
        """Inspect all that lies on the disk."""
        try:
            self._inspect_stores()
        except Exception as error:
            self.lose("unreadable_stores", f"kill {kill}: {type(error).__name__}: {error}")
        try:
            self._engine.verify()
            with closing(self._engine.open_current()) as snapshot:
                self._inspect(snapshot, kill)
        except NoSnapshot:
            if self.number:
                self.lose("unreadable_snapshots", f"kill {kill}: snapshot {self.number} is gone")
        except Exception as error:
            self.lose("unreadable_snapshots", f"kill {kill}: {type(error).__name__}: {error}")
        self._newsroom.taken_away.clear()

    def at_the_end(self) -> None:
        """Compare the index with what site and folder hold."""
        wanted = self._newsroom.online()
        with closing(self._engine.open_current()) as snapshot:
            found = {article.id: article for article in _all(snapshot)}
            self._inspect(snapshot, 0)
        for id_ in sorted(wanted.keys() - found.keys()):
            self.lose("lost", f"at the end {id_} is missing")
        for id_ in sorted(found.keys() - wanted.keys()):
            self.lose("wrong_at_the_end", f"{id_} is there and was taken away")
        for id_ in sorted(wanted.keys() & found.keys()):
            if wanted[id_] not in found[id_].text:
                self.lose("wrong_at_the_end", f"{id_} has another text: …{found[id_].text[-240:]!r}, wanted …{wanted[id_][-90:]!r}")

    def _inspect(self, snapshot: Snapshot, kill: int) -> None:
        articles = list(_all(snapshot))
        times = Counter(article.id for article in articles)
        for id_ in (id_ for id_, count in times.items() if count > 1):
            self.lose("doubled", f"kill {kill}: {id_} is there {times[id_]} times")
        passages = snapshot.passage_ids(list(times))
        if not len(articles) == snapshot.manifest.articles == len(snapshot.digests()) or len(passages) != snapshot.manifest.passages:
            self.lose(
                "doubled", f"kill {kill}: {len(articles)} articles with {len(passages)} passages, but the manifest is {snapshot.manifest}"
            )
        for article in articles:
            if not any(text in article.text for text in self._newsroom.texts.get(article.id, ())):
                self.lose("never_written", f"kill {kill}: nobody ever wrote {article.id}: …{article.text[-240:]!r}")
        for id_ in sorted(self._had - times.keys() - self._newsroom.taken_away):
            self.lose("lost", f"kill {kill}: {id_} was there, and nobody took it away")
        if snapshot.manifest.number < self.number:
            self.lose("went_back", f"kill {kill}: snapshot {snapshot.manifest.number} after {self.number}")
        self.number = snapshot.manifest.number
        self._had = frozenset(times) & self._newsroom.online().keys()

    def _inspect_stores(self) -> None:
        """Open what is known of pages and sources; raise whatever is wrong."""
        with (
            PageStore(self._data / PAGES_FILE) as store,
            Ledger(self._data / FILE_NAME) as ledger,
            History(self._data / FILE_NAME) as history,
        ):
            urls = store.urls()
            for source in ("cronache", *history.sources()):
                pages = [page.url for page in ledger.pages(source)]
                if len(pages) != len(set(pages)):
                    raise ValueError("the ledger has pages twice")
            damaged = [url for url in urls if (page := store.page(url)) and page.digest and store.body(url) is None]
            if damaged:
                raise ValueError(f"bodies are damaged: {damaged}")
        for name in (PAGES_FILE, FILE_NAME):
            with closing(sqlite3.connect(self._data / name)) as connection:
                if (said := connection.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
                    raise ValueError(f"{name}: {said}")
        if set_aside := [file.name for file in self._data.glob("*.damaged*")]:
            raise ValueError(f"{set_aside} was set aside")


def _all(snapshot: Snapshot) -> Iterator[Article]:
    """Yield what a snapshot holds, by listing and not by id: an article that was there twice would come twice."""
    yield from snapshot.newest_articles(limit=snapshot.manifest.articles + 1000)


if __name__ == "__main__":
    raise SystemExit(main())
