"""Pages as small Italian sites serve them, with all that surrounds an article: what tests put into them is what changes."""

from collections.abc import Sequence

HEADLINE = "Bilancio approvato, il ponte si farà"
PROSE = (
    "Il consiglio comunale ha approvato nella tarda serata di ieri il bilancio di previsione, con venti voti a favore e tre contrari.",
    "Il sindaco ha parlato di «una scelta di responsabilità»: le tariffe della mensa resteranno ferme, mentre l'addizionale salirà dello "
    "0,1 per cento per i redditi oltre i 28.000 euro.",
    "L’opposizione annuncia ricorso al Tar. «E' un bilancio scritto sull’acqua», ha detto il capogruppo Marco D'Angelo, che ha lasciato "
    "l’aula prima del voto finale.",
    "Il nuovo ponte sul torrente costerà 4,2 milioni di euro, dei quali 1.1 milioni arrivano dalla Regione; i lavori dureranno un anno.",
)


def paragraphs(texts: Sequence[str] = PROSE) -> str:
    """Return texts as paragraphs of HTML."""
    return "".join(f"<p>{text}</p>" for text in texts)


def page(*, head: str = "", byline: str = "", body: str = "", title: str = HEADLINE) -> str:
    """Return a page of a local newspaper, with today's date above, a teaser within, comments and other articles below the article."""
    return f"""<!DOCTYPE html><html lang="it"><head><meta charset="utf-8"><title>{title} - La Voce del Porto</title>{head}</head>
<body class="single has-sidebar comments-open"><div class="topbar">Domenica 22 novembre 2026</div>
<header><div class="logo">La Voce del Porto</div><nav><ul><li><a href="/">Home</a></li><li><a href="/cronaca">Cronaca</a></li></ul></nav>
</header><main><article class="post"><header class="entry-header"><span class="cat">Cronaca</span><h1 class="entry-title">{title}</h1>
{byline}</header><div class="entry-content"><figure><img src="a.jpg"><figcaption>Il palazzo comunale</figcaption></figure>
{body or paragraphs()}
<div class="leggi-anche"><p>LEGGI ANCHE: <a href="/x">Il mercato si sposta in piazza</a></p></div></div>
<footer><div class="share">Condividi su Facebook</div></footer></article>
<div id="comments" class="comments-area"><h3>Commenti</h3><div class="comment"><time datetime="2025-06-01T10:00">1 giugno 2025</time>
<p>Finalmente una buona notizia per tutto il paese, era ora che si decidessero a fare qualcosa.</p></div></div></main>
<aside class="sidebar"><h3>Ultime notizie</h3><ul><li><time datetime="2026-11-20">20 novembre 2026</time><a href="/y">Festa</a></li></ul>
</aside><footer>© 2026 La Voce del Porto. Tutti i diritti riservati. Aggiornato il 22/11/2026</footer></body></html>"""
