"""The bridge between the event loop and the threads."""

import asyncio
import threading

import faiss
import pytest

from bot.answering import Answering, Busy, clock, one_thread_each
from index.errors import ModelError
from retrieval.deadline import TooSlow
from retrieval.settings import read_retrieval_settings
from tests.bot.fakes import TODAY, FakePipeline


def make_answering(pipeline: FakePipeline, **changes: object) -> Answering:
    """Return an answering on a fake pipeline."""
    options = {"today": lambda: TODAY, "timeout_seconds": 5.0, "queue_size": 10} | changes
    return Answering(lambda: pipeline, **options)  # type: ignore[arg-type]


async def test_event_loop_stays_free_while_a_question_is_answered() -> None:
    """The work is done in another thread."""
    pipeline = FakePipeline()
    answering = make_answering(pipeline)
    await answering.open()
    asked = asyncio.create_task(answering.ask("lento", ()))
    await asyncio.sleep(0.05)
    assert not asked.done()
    pipeline.gate.set()
    assert (await asked).outcome
    answering.close()
    assert pipeline.is_closed


async def test_question_that_waited_too_long_is_not_begun() -> None:
    """A question whose time is over while it waits for its turn costs no work."""
    pipeline = FakePipeline()
    answering = make_answering(pipeline, timeout_seconds=0.1)
    await answering.open()
    results = await asyncio.gather(answering.ask("lento 1", ()), answering.ask("lento 2", ()), return_exceptions=True)
    assert [type(result) for result in results] == [TooSlow, TooSlow]
    assert [question.text for question in pipeline.questions] == ["lento 1"]
    answering.close()


async def test_pipeline_that_ignores_its_deadline_is_not_waited_for() -> None:
    """Where the pipeline does not notice that its time is over, the person is told all the same, and its place stays taken."""
    gate = threading.Event()
    pipeline = FakePipeline(lambda _: gate.wait(5))  # type: ignore[arg-type, return-value]
    answering = make_answering(pipeline, timeout_seconds=0.05, queue_size=1, grace_seconds=0.05)
    await answering.open()
    with pytest.raises(TooSlow):
        await answering.ask("Quando?", ())
    with pytest.raises(Busy):
        await answering.ask("Quando?", ())
    gate.set()
    answering.close()


async def test_model_that_cannot_be_loaded_is_named() -> None:
    """A model that is missing ends the opening with its error."""

    def fail() -> FakePipeline:
        raise ModelError("READER_MODEL=nope cannot be loaded")

    answering = Answering(fail, today=lambda: TODAY, timeout_seconds=1, queue_size=1)
    with pytest.raises(ModelError, match="nope"):
        await answering.open()
    answering.close()


async def test_workers_are_prepared_once_the_models_are_there() -> None:
    """What limits the models' threads runs in each worker, after the models were loaded."""
    events: list[str] = []

    def load() -> FakePipeline:
        events.append("loaded")
        return FakePipeline()

    def prepare() -> None:
        events.append(threading.current_thread().name)

    answering = Answering(load, today=lambda: TODAY, timeout_seconds=1, queue_size=1, prepare_worker=prepare)
    await answering.open()
    await answering.ask("Quando?", ())
    assert events == ["loaded", "answering_0"]
    answering.close()


def test_worker_leaves_the_other_cores_alone() -> None:
    """A prepared worker searches with one thread."""
    found: list[int] = []

    def work() -> None:
        one_thread_each()
        found.append(faiss.omp_get_max_threads())

    worker = threading.Thread(target=work)
    worker.start()
    worker.join()
    assert found == [1]


def test_clock_is_that_of_the_settings() -> None:
    """AS_OF sets the day; without it, it is today in the time zone."""
    assert str(clock(read_retrieval_settings({"AS_OF": "2025-03-31"}))()) == "2025-03-31"
    assert (
        clock(read_retrieval_settings({"TIMEZONE": "Pacific/Kiritimati"}))() >= clock(read_retrieval_settings({"TIMEZONE": "Etc/GMT+12"}))()
    )
