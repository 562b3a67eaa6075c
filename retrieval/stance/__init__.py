"""How the words that a bot quotes stand in their article: as a fact, as a rumour, or as what somebody says.

Read are the marks, moods and turns of phrase of Italian newspapers (`lexicon`), clause by clause; what is not clearly a rumour or a
statement is a fact. `quotations` and `sayings` find who may be speaking, `prose` holds both, `speakers` finds names and roles.
`attribution`, `quoted_speech` and `reported_speech` say whose statement it is, `rumours` whether it is in doubt, `standing` says the
whole. No pattern repeats a repetition, and all look a bounded way ahead: the cost grows with the length of a sentence, not faster.
"""

from retrieval.stance.standing import Stance, Standing, standing_of

__all__ = ["Stance", "Standing", "standing_of"]
