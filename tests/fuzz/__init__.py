"""Fuzzing of the readers and the cleaner: real inputs come in, are damaged in every way we know of, and must be read or refused."""
