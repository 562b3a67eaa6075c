"""The card of one citation: the sentence with the span in bold, how it is told, title, source and date."""

from bot.links import page_address, text_fragment
from bot.markup import Paragraph, Run, Style, line, shorten
from bot.replies.wording import counted, italian_date, with_article
from index.articles import Article
from index.dates import Period
from retrieval.answer import Citation
from retrieval.stance import Stance, Standing

TITLE_CHARACTERS = 200
SOURCE_CHARACTERS = 80
SPEAKER_CHARACTERS = 60


def card(citation: Citation) -> tuple[Paragraph, ...]:
    """Return the sentence as a quotation with the span in bold, then title, source and date."""
    sentence_start, sentence_end, span_start, span_end = citation.offsets
    text = citation.article.text
    style: Style = "plain" if citation.span == citation.sentence else "bold"
    quotation = (Run(text[sentence_start:span_start]), Run(citation.span, style), Run(text[span_end:sentence_end]))
    quote = Paragraph(tuple(run for run in quotation if run.text), is_quote=True)
    copies = [f"+{counted(len(citation.copies), 'articolo', 'articoli')}"] if citation.copies else []
    source = source_line(citation.article, *copies)
    return (*_how_it_is_told(citation.standing), quote, title(citation.article, citation.sentence), source)


def _how_it_is_told(standing: Standing) -> tuple[Paragraph, ...]:
    match standing.stance:
        case Stance.RUMOUR:
            return (line(Run("Indiscrezione, non ancora confermata:", "italic")),)
        case Stance.STATEMENT if standing.speaker:
            return (line(Run(f"Lo dice {shorten(standing.speaker, characters=SPEAKER_CHARACTERS)}:", "italic")),)
        case _:
            return ()


def brief_card(citation: Citation) -> tuple[Paragraph, ...]:
    """Return the card without its sentence, which is never cut."""
    explanation = line(Run("La frase è troppo lunga per questo messaggio: si legge nell’articolo.", "italic"))
    return (explanation, title(citation.article, citation.sentence), source_line(citation.article))


def title(article: Article, quoted: str = "") -> Paragraph:
    """Return a headline as a line of its own."""
    return line(title_run(article, quoted))


def title_run(article: Article, quoted: str = "") -> Run:
    """Return a headline as a link to its page, and there to the quoted words."""
    url = page_address(article.url)
    text = shorten(article.title or f"Senza titolo ({article.id})", characters=TITLE_CHARACTERS)
    return Run(text, url=url, fragment=text_fragment(url, quoted) if url and quoted else "")


def source_line(article: Article, *more: str) -> Paragraph:
    """Return who published an article and when, whether it was corrected later or taken off its site, and what else is to be said."""
    later = [f"aggiornato {with_article('il', article.updated)}"] if article.updated else []
    if article.gone:
        later.append(f"non più in linea {with_article('dal', Period(article.gone, article.gone))}")
    return line(" · ".join((source_text(article, separator=" · "), *later, *more)))


def source_text(article: Article, *, separator: str = ", ") -> str:
    """Return who published an article and when."""
    source = shorten(article.source, characters=SOURCE_CHARACTERS)
    return separator.join(part for part in (source, italian_date(article.published)) if part)
