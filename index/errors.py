"""Everything that can go wrong, by name.

    EdicolaError
    ├── SettingError       a setting is missing or wrong
    ├── ArticleError       one article cannot be read; the others go on
    ├── ModelError         an encoder or a reader cannot be loaded
    ├── IndexingBusy       somebody else is indexing
    └── SnapshotError      the index on disk cannot be used
        ├── NoSnapshot         nothing has been indexed yet
        ├── EncoderMismatch    it was made by another encoder
        ├── SnapshotDamaged    a file is missing, cut or altered
        └── WithdrawalsDamaged nobody knows any longer which articles were withdrawn

Each message names the file, line or setting and says what to do about it. It is English, for operators and
logs; what a person in the chat reads is written in `bot/replies`.
"""


class EdicolaError(Exception):
    """Root of the tree: whoever catches this catches all that is ours."""


class SettingError(EdicolaError):
    """A setting is missing or has a value that cannot be used."""


class ArticleError(EdicolaError):
    """One article cannot be read; the message says why."""


class ModelError(EdicolaError):
    """A model cannot be loaded from the name or path in the settings."""


class IndexingBusy(EdicolaError):
    """Another process holds the indexing lock."""


class SnapshotError(EdicolaError):
    """The index on disk cannot be used."""


class NoSnapshot(SnapshotError):
    """Nothing has been published yet."""


class EncoderMismatch(SnapshotError):
    """The snapshot was made by an encoder other than the one in the settings."""


class SnapshotDamaged(SnapshotError):
    """A file of the snapshot is missing, cut or altered."""


class WithdrawalsDamaged(SnapshotError):
    """The list of withdrawn articles was lost or altered: indexing does not mend it, and nothing may be shown until somebody does."""
