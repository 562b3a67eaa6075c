"""Make `models/encoder-it`: vocabulary → PPMI start → contrastive training → export → figures.

Read in that order: `vocabulary`, `initialisation`, `pairs`, `contrastive`, `export`, `evaluation`, `card`; `__main__` runs them.
"""
