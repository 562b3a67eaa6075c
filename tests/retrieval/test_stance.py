"""Quoted words are a fact, a rumour or what somebody says; a plain fact is never marked."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.sentences import split_sentences
from retrieval.stance import Stance, Standing, standing_of

FACTS = [
    "Il Pescara ha ceduto Bellandi al Lecce per ⟦3 milioni⟧.",
    "Bellandi ha firmato ⟦fino al 2028⟧ e guadagnerà un milione a stagione.",
    "La giunta ha approvato ieri il bilancio: ⟦42 milioni⟧ di spese.",
    # a doubt in another clause
    "Bellandi ha rinnovato ⟦fino al 2028⟧, mentre Sorvillo potrebbe partire a gennaio.",
    "Il Pescara ha preso ⟦Bellandi⟧ e dovrebbe cedere Sorvillo entro venerdì.",
    "Il Milan avrebbe offerto 12 milioni, ma il contratto scade ⟦nel 2027⟧.",
    "Sorvillo, che ha ⟦24 anni⟧, sarebbe vicino al Genoa.",
    "Sorvillo, ⟦24 anni⟧, potrebbe tornare al Genoa.",
    "Il centrale, arrivato ⟦nel 2020⟧ dal Lecce, potrebbe partire.",
    "Il portiere (⟦31 presenze⟧ in campionato) potrebbe restare.",
    "Il Bari offre 2 milioni; il Lecce, secondo indiscrezioni, rilancerà. Il contratto scade ⟦nel 2026⟧.",
    "Secondo indiscrezioni il Lecce rilancerà, ma Sorvillo ha un contratto ⟦fino al 2027⟧.",
    "Il giocatore che ha segnato ⟦20 gol⟧ potrebbe partire a gennaio.",
    # denials
    "Il presidente ha smentito le voci di un addio di ⟦Sorvillo⟧.",
    "Bellandi ha negato le indiscrezioni su una lite ⟦a Torrelago⟧.",
    "Esclusa l'ipotesi di un rinvio ⟦a maggio⟧, la gara resta domenica.",
    # hypotheses, opinions, what should have been, what came later
    "Se vincesse a Bari, il Lecce sarebbe ⟦terzo⟧.",
    "Senza lo sconto, Sorvillo salterebbe ⟦tre partite⟧.",
    "In caso di pareggio il Lecce resterebbe ⟦a 40 punti⟧.",
    "Licenziarlo costerebbe ⟦14 milioni⟧.",
    "Sarebbe meglio aspettare ⟦gennaio⟧.",
    "La gara avrebbe dovuto cominciare ⟦alle 18⟧.",
    "Due anni dopo Bellandi sarebbe diventato ⟦capitano⟧.",
    "Era il gol che avrebbe deciso ⟦il campionato⟧.",
    "Il pilota sperava che la gara sarebbe finita ⟦prima⟧.",
    "Il vecchio accordo sarebbe scaduto ⟦nel 2026⟧.",
    "Il vecchio accordo sarebbe costato troppo e garantiva ⟦260 mila euro⟧ a stagione.",
    "Il maestro disse di avere sete e chiese ⟦un secchio⟧ d'acqua.",
    "Ada Fornari, che della società è presidente ⟦da vent'anni⟧, gli dà ragione: nell'accordo, ha detto, non c'è altro.",
    "La spesa crebbe ⟦del 12 per cento⟧.",
    "Chi potrebbe sostituire ⟦Bellandi⟧?",
    # words that only look like doubt or saying
    "Il pilota partirà in pole position ⟦domenica⟧.",
    "Il parroco ha rimesso insieme il coro delle voci bianche, ⟦dodici bambini⟧.",
    "Il secondo tempo è cominciato ⟦con dieci minuti di ritardo⟧.",
    "Nel secondo gol il portiere è rimasto ⟦fermo⟧.",
    "Secondo il regolamento la gara comincia ⟦alle 15⟧.",
    "La conferma del tecnico è arrivata ⟦lunedì⟧.",
    "Il presidente promise a Bellandi la maglia che era di ⟦Sorvillo⟧.",
    # names in quotation marks, and what stands outside them
    "La mostra «Acque e mulini» apre ⟦il 4 maggio⟧.",
    "Ha pubblicato il romanzo «⟦La marea bassa di Punta Faro⟧».",
    "Sorvillo, detto «⟦il Notaio⟧», ha lasciato il campo.",
    "Lo chiamano «⟦Lanterna⟧».",
    "Il premio «⟦Lanterna d'argento del mare⟧» va a Bellandi.",
    "«Sono felice di restare», ha detto Bellandi, che ha ⟦24 anni⟧.",
    "«Sono felice di restare qui con voi», ha spiegato ⟦Bellandi⟧ alla radio.",
    "«Abbiamo firmato, – spiega ⟦l'assessore Ada Fornari⟧ – i lavori cominceranno a marzo».",
    "«Nel preambolo – si legge ⟦nel parere approvato⟧ – si fa riferimento a quattro finalità del decreto».",
    "⟦Il sindaco Ada Fornari⟧ ha detto che il ponte riaprirà a maggio.",
    "Secondo ⟦Ada Fornari⟧ il ponte riaprirà a maggio.",
    "La sindaca non ha detto che il ponte riaprirà ⟦a maggio⟧.",
    "Il giornale ricorda i gol di Sorvillo: ⟦81⟧ in sei anni.",
]

RUMOURS = [
    "Bellandi avrebbe firmato ⟦fino al 2028⟧.",
    "Il Lecce avrebbe offerto ⟦3 milioni⟧ al Pescara.",
    "Sorvillo sarebbe pronto a lasciare Pescara per ⟦il Genoa⟧.",
    "⟦Sorvillo⟧ sarebbe a Genova per le visite mediche.",
    "Il tecnico si sarebbe dimesso ⟦lunedì sera⟧.",
    "Il riscatto costerebbe ⟦900 mila euro⟧.",
    "Bellandi potrebbe tornare ⟦a gennaio⟧.",
    "I lavori dovrebbero finire, tempo permettendo, ⟦a marzo⟧.",
    "La cordata verserebbe subito ⟦12 milioni⟧, il resto in tre rate.",
    "Al Torino andrebbero ⟦7,5 milioni⟧.",
    "Bellandi avrebbe firmato un contratto che scade ⟦nel 2028⟧.",
    "Il Pescara ha ceduto Bellandi, ma il Lecce avrebbe offerto ⟦di più⟧ per Sorvillo.",
    "Bellandi resta, mentre Sorvillo potrebbe andare ⟦al Genoa⟧.",
    "Sorvillo, che ha 24 anni, sarebbe vicino ⟦al Genoa⟧.",
    "Sorvillo, nelle prossime ore, potrebbe firmare ⟦con il Genoa⟧.",
    "Secondo indiscrezioni, Bellandi ha firmato ⟦fino al 2028⟧.",
    "Secondo le ultime voci il Genoa offre ⟦3 milioni⟧.",
    "Stando ai rumors, il nuovo tecnico è ⟦Amedeo Stradivari⟧.",
    "Stando a quanto trapela, il club ha scelto ⟦Stradivari⟧.",
    "Secondo quanto filtra dalla sede, la firma arriva ⟦venerdì⟧.",
    "Il contratto, secondo alcune indiscrezioni, scade ⟦nel 2029⟧.",
    "Pare che Sorvillo abbia scelto ⟦il Genoa⟧.",
    "Sembra che il ponte resti chiuso ⟦fino a settembre⟧.",
    "Si vocifera che il presidente venda ⟦il 51 per cento⟧.",
    "Si parla di un triennale da ⟦due milioni⟧.",
    "Circola la voce di un ritorno di ⟦Stradivari⟧.",
    "Prende quota l'ipotesi di un rinvio ⟦a maggio⟧.",
    "In pole c'è ⟦Amedeo Stradivari⟧.",
    "Bellandi è a un passo dal ⟦Genoa⟧.",
    "Sorvillo è nel mirino del ⟦Celtic⟧.",
    "È possibile che la gara slitti ⟦a lunedì⟧.",
    "È probabile che il mercato chiuda ⟦il 2 settembre⟧.",
    "Salvo sorprese, giocherà ⟦Sorvillo⟧.",
    "In attesa dell'ufficialità, il nuovo allenatore è ⟦Stradivari⟧.",
    "Ha cambiato idea, pare, dopo la telefonata di ⟦Stradivari⟧.",
    "Secondo indiscrezioni Sorvillo lascerà Pescara. Il nuovo contratto durerebbe ⟦quattro anni⟧.",
]

STATEMENTS = [
    # inside a quotation
    ("«Il ponte riaprirà ⟦a maggio⟧», ha detto il sindaco Ada Fornari.", "Ada Fornari"),
    ("“Il ponte riaprirà ⟦a maggio⟧”, assicura Ada Fornari.", "Ada Fornari"),
    ('"Il ponte riaprirà ⟦a maggio⟧", spiega il direttore dei lavori, Elio Grandis.', "Elio Grandis"),
    ("Ada Fornari ha detto: «Il ponte riaprirà ⟦a maggio⟧».", "Ada Fornari"),
    ("Ada Fornari: «Il ponte riaprirà ⟦a maggio⟧».", "Ada Fornari"),
    ("«Abbiamo finito. Il ponte riaprirà ⟦a maggio⟧. Grazie a tutti», ha detto Ada Fornari.", "Ada Fornari"),
    ("«I lavori sono finiti», spiega Elio Grandis. «Il ponte riaprirà ⟦a maggio⟧».", "Elio Grandis"),
    ("Elio Grandis dirige i lavori. «I lavori sono finiti», spiega Grandis. «Il ponte riaprirà ⟦a maggio⟧».", "Elio Grandis"),
    ("«I lavori, – spiega Elio Grandis – finiranno ⟦a maggio⟧».", "Elio Grandis"),
    ("«Mi hanno offerto ⟦24 milioni⟧ e li ho rifiutati», racconta Sorvillo.", "Sorvillo"),
    ("Il tecnico Amedeo Stradivari guarda avanti. «Voglio ⟦tre acquisti⟧ entro agosto», ha detto il tecnico.", "Amedeo Stradivari"),
    ("«Voglio tre acquisti entro ⟦agosto⟧ e un portiere», ha aggiunto il presidente.", "il presidente"),
    ("«Ci vediamo tutti ⟦a maggio⟧ sul ponte nuovo, per la festa del paese».", ""),
    ("«Bellandi avrebbe firmato ⟦con il Genoa⟧», ha detto Elio Grandis.", "Elio Grandis"),
    ("Il regime, secondo Elio Grandis, «è finito ⟦da un anno⟧».", "Elio Grandis"),
    ("«Era notte e ⟦il ponte⟧ non si vedeva», racconta un barcaiolo. «Buona fortuna», ha detto Elio Grandis.", "un barcaiolo"),
    ("«Pasquale ha fatto con me ⟦il suo ultimo viaggio⟧ a Lourdes», ha raccontato il celebrante, don Elio Grandis.", "Elio Grandis"),
    ("«Si fa riferimento – si legge nel parere – a ⟦quattro finalità⟧ del decreto».", ""),
    # reported
    ("Ada Fornari ha annunciato che “non basta un ponte”, e che ne serviranno ⟦due⟧.", "Ada Fornari"),
    ("Il sindaco Ada Fornari ha detto che il ponte riaprirà ⟦a maggio⟧.", "Ada Fornari"),
    ("Ada Fornari ha annunciato ieri in consiglio che i lavori costeranno ⟦3 milioni⟧.", "Ada Fornari"),
    ("Ada Fornari, ospite di Radio Tre, ha spiegato che il ponte riaprirà ⟦a maggio⟧.", "Ada Fornari"),
    ("Ada Fornari ha promesso di riaprire il ponte ⟦entro maggio⟧.", "Ada Fornari"),
    ("Ada Fornari ammette che il ponte non riaprirà ⟦prima di maggio⟧.", "Ada Fornari"),
    ("Il club ha fatto sapere che Bellandi tornerà ⟦tra un mese⟧.", "Il club"),
    ("Il premio, ha fatto sapere il presidente Elio Grandis, sarà di ⟦150 mila euro⟧.", "Elio Grandis"),
    ("Il ponte riaprirà ⟦a maggio⟧, assicura Ada Fornari.", "Ada Fornari"),
    ("Il ponte riaprirà ⟦a maggio⟧. Lo ha detto Ada Fornari in consiglio.", "Ada Fornari"),
    ("Ada Fornari ha detto che il ponte dovrebbe riaprire ⟦a maggio⟧.", "Ada Fornari"),
    ("Stradivari disse che Bellandi sarebbe tornato ⟦a maggio⟧. Per Stradivari fu un errore.", "Stradivari"),
    ("Secondo Ada Fornari il ponte riaprirà ⟦a maggio⟧.", "Ada Fornari"),
    ("Secondo la Procura le puntate sono ⟦214⟧.", "la Procura"),
    ("Il ponte, secondo il sindaco Ada Fornari, riaprirà ⟦a maggio⟧.", "Ada Fornari"),
    ("Stando a quanto riferito da Elio Grandis, il ponte riaprirà ⟦a maggio⟧.", "Elio Grandis"),
    ("Secondo gli inquirenti il furto è avvenuto ⟦all'alba⟧.", "gli inquirenti"),
    ("Come riportato dalla Gazzetta, il ponte riaprirà ⟦a maggio⟧.", "Gazzetta"),
    ("Secondo il presidente di Confesercenti, Elio Grandis, i bar perderanno ⟦130 mila euro⟧.", "Elio Grandis"),
    ("A detta di Elio Grandis il ponte riaprirà ⟦a maggio⟧.", "Elio Grandis"),
    ("Secondo uno studio dell'università di Bari gli incidenti sono stati ⟦331⟧.", ""),
    ("«Buon lavoro», scrive la sindaca, aggiungendo che il ponte riaprirà ⟦a maggio⟧.", "la sindaca"),
]


def standing(marked: str) -> Standing:
    """Return the standing of the words between ⟦ and ⟧, in the sentence of the text that holds them."""
    before, span, after = marked.replace("⟧", "⟦").split("⟦")
    text, start, end = before + span + after, len(before), len(before) + len(span)
    sentence = next((a, b) for a, b in split_sentences(text) if a <= start and end <= b)
    return standing_of(text, *sentence, start, end)


@pytest.mark.parametrize("marked", FACTS)
def test_facts_stay_facts(marked: str) -> None:
    """What an article states itself is a fact, whatever stands in the clauses around it."""
    assert standing(marked) == Standing()


@pytest.mark.parametrize("marked", RUMOURS)
def test_rumours(marked: str) -> None:
    """What is reported in the conditional, or under a phrase of doubt that governs the clause, is a rumour."""
    assert standing(marked) == Standing(Stance.RUMOUR)


@pytest.mark.parametrize(("marked", "speaker"), STATEMENTS)
def test_statements(marked: str, speaker: str) -> None:
    """What stands in a quotation or under a verb of saying is a statement of its speaker, by the full name where the article gives it."""
    assert standing(marked) == Standing(Stance.STATEMENT, speaker)


def test_full_name_stands_elsewhere() -> None:
    """The full name of a speaker is taken from wherever the article writes it."""
    text = "Parla Grandis.\nElio Grandis è tornato ieri.\n«Il ponte riaprirà ⟦a maggio⟧», ha detto Grandis."
    assert standing(text).speaker == "Elio Grandis"


def test_quotation_of_several_sentences_goes_over_lines() -> None:
    """A quotation that closes lines later holds all of its sentences."""
    text = "Ada Fornari ha detto: «Siamo contenti.\nIl ponte riaprirà ⟦a maggio⟧.\nGrazie»."
    assert standing(text) == Standing(Stance.STATEMENT, "Ada Fornari")


def test_mark_that_never_closes_is_no_quotation() -> None:
    """A single straight mark makes no speech of what follows."""
    assert standing('Il bar 12" apre alle 8. Il ponte di Serravolpe riaprirà ⟦a maggio⟧.') == Standing()


PIECES = st.sampled_from(
    ["«", "»", '"', "“", "”", ", ", ". ", "\n", " – ", ": ", "Ada ", "Fornari ", "ha detto ", "che ", "secondo ", "il "]
)
TEXTS = st.lists(PIECES | st.text(max_size=5), max_size=40).map("".join)


@given(TEXTS, st.data())
def test_any_text_has_a_standing(text: str, data: st.DataObject) -> None:
    """Any offsets of any text give a standing, and a speaker is a slice of the text."""
    text = f"{text}a"
    span_start = data.draw(st.integers(0, len(text) - 1))
    span_end = data.draw(st.integers(span_start + 1, len(text)))
    start, end = data.draw(st.integers(0, span_start)), data.draw(st.integers(span_end, len(text)))
    found = standing_of(text, start, end, span_start, span_end)
    assert found.speaker in text
    assert found.stance is Stance.STATEMENT or not found.speaker


@pytest.mark.parametrize(
    "piece",
    [
        "«",
        '"',
        "“a ",
        "a, ",
        "Aa ",
        "A' ",
        "che ",
        "secondo ",
        "ha detto ",
        "sarebbe ",
        "– a ",
        "un ",
        "e ",
        ". A ",
        "x",
        "voci ",
        "l'ipotesi ",
    ],
)
def test_cost_stays_bounded(piece: str) -> None:
    """A hostile sentence of thousands of words costs no more than its length."""
    text = piece * (20_000 // len(piece)) + "fine"
    started = time.process_time()
    standing_of(text, 0, len(text), len(text) - 4, len(text))
    assert time.process_time() - started < 2.0
