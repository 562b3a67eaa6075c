"""Where figures come from: commit, command, data, machine and versions, so that a figure can be made again."""

import datetime
import hashlib
import os
import platform
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from index.settings import PROJECT, IndexSettings
from retrieval.settings import RetrievalSettings

PACKAGES = ("edicola", "torch", "transformers", "sentence-transformers", "faiss-cpu", "tantivy", "numpy")


def provenance(command: Sequence[str] | None = None) -> dict[str, object]:
    """Return when, by which command, from which commit and on which machine figures were made; `command` defaults to this program's."""
    return {
        "made": f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d}",
        "command": _command(sys.argv if command is None else command),
        "commit": _git("rev-parse", "HEAD") or "unknown",
        "clean": _git("status", "--porcelain", "--untracked-files=no") == "",
        "machine": _machine(),
        "versions": {"python": platform.python_version(), **{name: found for name in PACKAGES if (found := _version(name))}},
    }


def articles_digest(digests: Mapping[str, str]) -> str:
    """Return the hex BLAKE2b of a collection, given the digests of its articles by id."""
    lines = "".join(f"{id_}\x1f{digest}\n" for id_, digest in sorted(digests.items()))
    return hashlib.blake2b(lines.encode(), digest_size=16).hexdigest()


def models(index_settings: IndexSettings, settings: RetrievalSettings) -> dict[str, object]:
    """Return what the settings say of how questions were answered; models inside the project by their path in it."""
    return {
        "encoder": inside_project(index_settings.encoder_model),
        "reader": inside_project(settings.reader_model),
        "top_k": settings.top_k,
    }


def _command(argv: Sequence[str]) -> str:
    program, *arguments = argv
    name = Path(program).name
    started = f"python -m {Path(program).parent.name}" if name == "__main__.py" else name
    return " ".join([started, *map(shlex.quote, map(inside_project, arguments))])


def inside_project(name: str) -> str:
    """Return a path in the project relative to it, anything else as it is: figures must not name the machine's folders."""
    return name.removeprefix(f"{PROJECT}{os.sep}")


def _git(*arguments: str) -> str | None:
    """Return what git prints, None where there is no repository or no git."""
    try:
        done = subprocess.run(["git", *arguments], cwd=PROJECT, capture_output=True, text=True, check=True, timeout=30)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def _machine() -> dict[str, object]:
    gibibytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30 if hasattr(os, "sysconf") else None
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(gibibytes, 1) if gibibytes else None,
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.processor())


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
