"""The text around a sentence, read once for all that looks at it."""

from retrieval.stance.quotations import quotations
from retrieval.stance.sayings import sayings


class Prose:
    """A slice of an article: its quotations, what is left when they are blanked out, and the verbs of saying there."""

    def __init__(self, article: str, start: int, end: int) -> None:
        self.article, self.start, self.text = article, start, article[start:end]
        closing = article.find("»", end)
        self.quotations = quotations(self.text, closes_later=closing >= 0 and "«" not in article[end:closing])
        characters = list(self.text)
        for (begin, stop), insertions in self.quotations:
            characters[begin + 1 : stop - 1] = " " * (stop - begin - 2)
            for place in insertions:
                characters[slice(*place)] = self.text[slice(*place)]
        self.spoken = "".join(characters)  # as long as `text`
        self.sayings = list(sayings(self.spoken))
