"""The benchmarks of the collection, on a site of a few pages."""

import random
from pathlib import Path

from benchmarks import collection, collection_crashes
from retrieval.settings import FEATURE_READER


def test_a_correction_costs_a_page_and_reaches_an_answer(tmp_path: Path) -> None:
    """The first run asks for every page, the second for the sitemap's list alone, the third for the page that was corrected."""
    figures = collection.measure(20, FEATURE_READER, tmp_path)
    first, unchanged, corrected = figures["runs"].values()
    assert (first["added"], unchanged["unchanged"], corrected["changed"], corrected["unchanged"]) == (20, 20, 1, 19)
    assert first["requests"] == {"robots": 1, "sitemaps": 2, "pages": 20}
    assert unchanged["requests"] == {"sitemaps": 1}
    assert corrected["requests"] == {"sitemaps": 2, "pages": 1}
    assert first["peak_mb"] >= first["peak_main_process_mb"] > 0


def test_nothing_is_lost_by_kills_of_what_watches(tmp_path: Path) -> None:
    """Killed at three moments, the watching process leaves a whole index, which in the end holds what its sources hold."""
    losses, figures = collection_crashes.run(tmp_path, 3, random.Random(5), stories=4, longest_life=1.0)
    assert losses == []
    assert figures["kills"] == 3
    assert figures["articles_at_the_end"]
