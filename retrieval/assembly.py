"""The composition root of answering: the only place where concrete engines, encoders and readers are chosen by settings."""

import datetime

from index.encoder import Encoder, SentenceTransformerEncoder
from index.engine import Engine
from index.settings import IndexSettings
from index.snapshot import FolderEngine
from index.static_encoder import StaticEncoder, is_static
from retrieval.aliases import ALIASES, read_aliases
from retrieval.feature_model import BUILT_IN_FEATURES, load_feature_model
from retrieval.feature_reader import FeatureReader
from retrieval.pipeline import Pipeline
from retrieval.reader import Reader
from retrieval.settings import FEATURE_READER, RetrievalSettings
from retrieval.span_model import SpanModel
from retrieval.transformer_reader import TransformerReader
from retrieval.two_stage_reader import TwoStageReader, is_two_stage


def build_engine(settings: IndexSettings) -> Engine:
    """Return the engine that the settings name."""
    return FolderEngine(settings.data_dir / "index")


def build_encoder(settings: IndexSettings) -> Encoder:
    """Load the encoder that the settings name; ModelError if it cannot be loaded."""
    if is_static(settings.encoder_model):
        return StaticEncoder(settings.encoder_model)
    return SentenceTransformerEncoder(
        settings.encoder_model, question_prompt=settings.encoder_question_prompt, passage_prompt=settings.encoder_passage_prompt
    )


def build_reader(settings: RetrievalSettings) -> Reader:
    """Load the reader that the settings name; ModelError if it cannot be loaded."""
    if settings.reader_model == FEATURE_READER:
        return FeatureReader()
    model, features = SpanModel(settings.reader_model), load_feature_model(BUILT_IN_FEATURES)
    return TwoStageReader(features, model) if is_two_stage(model) else TransformerReader(model, features)


def build_pipeline(
    index_settings: IndexSettings,
    settings: RetrievalSettings,
    *,
    engine: Engine | None = None,
    encoder: Encoder | None = None,
    reader: Reader | None = None,
) -> Pipeline:
    """Return a pipeline made by the settings; a part that is passed in replaces the one they name. SettingError for unusable aliases."""
    return Pipeline(
        engine or build_engine(index_settings),
        encoder or build_encoder(index_settings),
        reader or build_reader(settings),
        top_k=settings.top_k,
        stale_after=datetime.timedelta(days=settings.stale_after_days),
        aliases=read_aliases(ALIASES, *([settings.aliases_file] if settings.aliases_file else ())),
    )
