"""From a question to an outcome: understand, retrieve, read, choose.

Synchronous, and without input or output beyond the snapshot that it is given.
"""
