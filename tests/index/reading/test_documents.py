"""Documents become articles with whole sentences, and what cannot be read says why."""

import datetime
import io
import struct
import tracemalloc
import zipfile
import zlib

import pytest
from docx import Document
from pypdf import PdfReader, PdfWriter

from index.articles import Article
from index.errors import ArticleError
from index.reading.documents import read_document
from index.reading.pdf import MOST_PAGES
from index.reading.word import LARGEST_UNPACKED_BYTES, LARGEST_XML_BYTES
from tests.index.reading.made_documents import docx, docx_of, pdf, pdf_of, with_body, with_part

BODY = """Il porto di Genova riapre
Il consiglio comunale ha approvato ieri sera il piano di riapertura del molo antico, con
venti voti a favore e tre contrari. La sindaca ha ricordato che i lavori, cominciati nel mar-
zo del 2021, sono costati dodici milioni di euro e che la società italo-americana che li ha
curati consegnerà le chiavi entro la fine del mese.
I pescatori torneranno ai loro posti dal primo maggio; la società italo-
americana promette una festa per tutta la città, con musica e fuochi sul mare aperto.
• le barche entrano da levante
• le auto restano fuori"""


def read(raw: bytes, suffix: str) -> Article:
    """Read a document as it lies in a folder."""
    return read_document(raw, suffix, default_id="atti/uno", origin=f"atti/uno{suffix}")


def reason(raw: bytes, suffix: str) -> str:
    """Return why a document cannot be read."""
    with pytest.raises(ArticleError) as error:
        read(raw, suffix)
    return str(error.value)


def paged(count: int) -> list[str]:
    """Return pages with the header, the footer and the number that all have, as left and right pages have them."""
    prose = "La riga numero {} del verbale di {} dice che la seduta è stata aperta dal presidente alle ore nove."
    places = "Mestre Marghera Murano Burano Lido Zelarino Favaro Chirignago Pellestrina".split()
    pages = []
    for page in range(1, count + 1):
        header = f"La Voce di Mestre – pagina {page}" if page % 2 else f"{page} Comune di Mestre"
        pages.append(
            "\n".join(
                [header, *(prose.format(10 * page + line, places[page - 1]) for line in range(8)), "Stampato da Neri e figli", str(page)]
            )
        )
    return pages


def test_lines_of_a_pdf_become_paragraphs() -> None:
    """Sentences over several lines are one line, cut words are whole, a compound keeps its hyphen, and headings and entries stand alone."""
    found = read(pdf([BODY]), ".pdf")
    paragraphs = found.text.split("\n\n")
    assert found.title == paragraphs[0] == "Il porto di Genova riapre"
    assert found.text[found.body_start :].lstrip().startswith("Il consiglio comunale")
    assert paragraphs[1].endswith("entro la fine del mese.")
    assert "cominciati nel marzo del 2021" in paragraphs[1]
    assert paragraphs[2].startswith("I pescatori") and "la società italo-americana promette" in paragraphs[2]
    assert paragraphs[3:] == ["• le barche entrano da levante", "• le auto restano fuori"]


def test_properties_of_a_pdf_are_metadata() -> None:
    """Title, author, the day on which it was made and a later change come from the properties of a PDF."""
    raw = pdf([BODY], {"Title": "Molo antico", "Author": "Ada Neri", "CreationDate": "D:20250311093000+01'00'", "ModDate": "D:20250402"})
    found = read(raw, ".pdf")
    assert (found.title, found.author, str(found.published), str(found.updated)) == ("Molo antico", "Ada Neri", "2025-03-11", "2025-04-02")
    assert (found.id, found.body_start) == ("atti/uno", 0)


@pytest.mark.parametrize("title", ["Microsoft Word - verbale.doc", "pagina_3.indd", "Untitled", "Documento1", ""])
def test_what_programs_write_as_title_is_none(title: str) -> None:
    """The name of a file, or of a program, is no title: the first line is."""
    raw = pdf([BODY], {"Title": title, "Author": "Utente", "CreationDate": "D:19700101000000Z", "ModDate": "D:19700101"})
    found = read(raw, ".pdf")
    assert (found.title, found.author, found.published, found.updated) == ("Il porto di Genova riapre", "", None, None)


def test_a_change_on_the_same_day_is_no_update() -> None:
    """A document that was only saved again on its day was not corrected."""
    assert read(pdf([BODY], {"CreationDate": "D:20250311", "ModDate": "D:20250311235900"}), ".pdf").updated is None


def test_headers_footers_and_page_numbers_are_left_out() -> None:
    """What stands at the edge of many pages, whatever its numbers, is no text, and no line of prose goes with it."""
    text = read(pdf(paged(9)), ".pdf").text
    assert "La Voce" not in text
    assert "Comune" not in text
    assert "Stampato" not in text
    assert all(f"numero {10 * page + line} del" in text for page in range(1, 10) for line in range(8))
    assert not any(paragraph.isdecimal() for paragraph in text.split("\n\n"))


def test_title_that_is_the_header_of_later_pages_stays() -> None:
    """The title of the first page is kept where the later pages repeat it."""
    pages = [f"Relazione sul porto\n{page}" for page in paged(6)]
    text = read(pdf(pages), ".pdf").text
    assert text.count("Relazione sul porto") == 1
    assert text.startswith("Relazione sul porto\n")


def test_number_at_the_end_of_a_page_is_text_where_it_ends_a_sentence() -> None:
    """Only a line that is nothing but a number is the number of a page."""
    text = read(
        pdf(["La priorità normale è cinquanta, quella più alta che si possa mai dare è\n100.\nOgni elemento ha un nome.\n5"]), ".pdf"
    ).text
    assert text == "La priorità normale è cinquanta, quella più alta che si possa mai dare è 100.\n\nOgni elemento ha un nome."


def test_sentence_over_two_pages_stays_whole() -> None:
    """A sentence that goes over to the next page is joined there, a new one is not."""
    pages = ["Il sindaco ha detto che i lavori del molo", "finiranno entro maggio. Nessuno ci crede.", "Il porto riapre."]
    assert (
        read(pdf(pages), ".pdf").text
        == "Il sindaco ha detto che i lavori del molo finiranno entro maggio. Nessuno ci crede.\n\nIl porto riapre."
    )


def test_encrypted_pdf_says_so() -> None:
    """A PDF that asks for a password names the mend."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf([BODY]))))
    writer.encrypt("segreto", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    assert "password" in reason(out.getvalue(), ".pdf")


def test_pdf_that_only_may_not_be_printed_is_read() -> None:
    """A PDF that is encrypted without a password for reading is read as any other."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf([BODY]))))
    writer.encrypt("", "segreto", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    assert read(out.getvalue(), ".pdf").title == "Il porto di Genova riapre"


def test_scanned_pdf_asks_for_ocr() -> None:
    """A PDF of images says that it needs OCR; one of nothing says that it is empty."""
    assert "OCR" in reason(pdf_of([b"q 595 0 0 842 0 0 cm /I1 Do Q"], image=True), ".pdf")
    assert reason(pdf_of([b""]), ".pdf") == "it holds no text"


def test_pdf_of_too_many_pages_is_to_be_split() -> None:
    """Pages are counted before any is read."""
    assert "5,000 pages" in reason(pdf_of([b""] * 5000), ".pdf")
    assert MOST_PAGES < 5000


def test_pdf_bomb_is_refused() -> None:
    """A page that unpacks to gigabytes is refused when it passes the limit."""
    assert "unpacks" in reason(pdf_of([b"(a) Tj " + b" " * (200 << 20)]), ".pdf")


@pytest.mark.parametrize("cut", [0, 9, 200, 600])
def test_damaged_documents_say_so(cut: int) -> None:
    """Files that end early are damaged, whatever their libraries make of it."""
    assert "damaged" in reason(pdf([BODY])[:cut], ".pdf")
    assert "damaged" in reason(docx_of("Uno", "Due")[:cut], ".docx")


def test_word_document_gives_paragraphs_headings_lists_and_cells() -> None:
    """Everything that a reader sees is a line of the text, in order, and properties are metadata."""
    document = Document()
    document.core_properties.title, document.core_properties.author = "Vecchio modello", "Ada Neri"
    document.core_properties.created = datetime.datetime(2025, 3, 11, 9, tzinfo=datetime.UTC)
    document.core_properties.modified = datetime.datetime(2025, 4, 2, 9, tzinfo=datetime.UTC)
    document.add_heading("Il molo riapre", level=1)
    document.add_paragraph("Apre a\u00a0maggio.\nPerché l’età è così.")
    document.add_paragraph("barche", style="List Bullet")
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Costo", "12 milioni"
    document.add_paragraph("Fine.")
    found = read(docx(document), ".docx")
    assert found.text == "Il molo riapre\n\nApre a maggio.\nPerché l’età è così.\n\nbarche\n\nCosto\n\n12 milioni\n\nFine."
    assert (found.title, found.author, str(found.published), str(found.updated)) == (
        "Il molo riapre",
        "Ada Neri",
        "2025-03-11",
        "2025-04-02",
    )
    assert found.text[found.body_start :].lstrip().startswith("Apre")


def test_properties_of_a_template_are_nobodys() -> None:
    """A document whose program never set its properties has no author and no date."""
    found = read(docx_of("Il molo riapre", "Apre a maggio."), ".docx")
    assert (found.title, found.author, found.published, found.updated) == ("Il molo riapre", "", None, None)


def test_revisions_are_read_as_they_stand() -> None:
    """Inserted text, fields, links and text boxes are read once; struck out, moved away and hidden text is not."""
    run = "<w:r><w:t>{}</w:t></w:r>"
    body = (
        f"<w:p><w:pPr><w:tabs><w:tab w:val='left'/></w:tabs></w:pPr>{run.format('Apre')}<w:ins>{run.format(' a maggio')}</w:ins>"
        f"<w:del><w:r><w:delText>a giugno</w:delText></w:r></w:del><w:moveFrom>{run.format('altrove')}</w:moveFrom>"
        f"<w:r><w:rPr><w:vanish/></w:rPr><w:t>nascosto</w:t></w:r><w:hyperlink>{run.format(', dice')}</w:hyperlink>"
        f"<w:r><w:tab/><w:t>il porto</w:t></w:r><w:r><mc:AlternateContent><mc:Choice><w:txbxContent><w:p>{run.format('Riquadro')}</w:p>"
        f"</w:txbxContent></mc:Choice><mc:Fallback><w:p>{run.format('Riquadro')}</w:p></mc:Fallback></mc:AlternateContent></w:r></w:p>"
        f"<w:sdt><w:sdtContent><w:p>{run.format('Campo')}</w:p></w:sdtContent></w:sdt>"
    )
    assert read(with_body(docx_of("x"), body), ".docx").text == "Apre a maggio, dice il porto\n\nRiquadro\n\nCampo"


@pytest.mark.parametrize("size", [LARGEST_XML_BYTES + 1, LARGEST_UNPACKED_BYTES + 1])
def test_zip_bomb_is_refused_by_its_declared_sizes(size: int) -> None:
    """A package that says that it unpacks to too much is not unpacked."""
    name = "word/document.xml" if size < LARGEST_UNPACKED_BYTES else "word/media/a.png"
    raw = bytearray(with_part(docx_of("x"), name, b"x"))
    entry = raw.index(name.encode(), raw.index(b"PK\x01\x02")) - 46  # of the central directory
    while raw[entry : entry + 4] != b"PK\x01\x02":
        entry = raw.index(name.encode(), entry + 47) - 46
    raw[entry + 24 : entry + 28] = struct.pack("<I", size)
    assert "too much" in reason(bytes(raw), ".docx")


def test_package_that_lies_about_its_sizes_is_damaged() -> None:
    """What is declared small is unpacked no further than declared."""
    raw = with_part(docx_of("x"), "word/document.xml", b"<a>" + b" " * (50 << 20) + b"</a>")
    with zipfile.ZipFile(io.BytesIO(raw)) as package:
        size = struct.pack("<I", package.getinfo("word/document.xml").file_size)
    assert "damaged" in reason(raw.replace(size, struct.pack("<I", 100)), ".docx")


def lying(raw: bytes, name: str, size: int) -> bytes:
    """Return a package in which one part is declared to be so long, with the checksum of as much of it."""
    with zipfile.ZipFile(io.BytesIO(raw)) as package:
        part, content = package.getinfo(name), package.read(name)
    declared = struct.pack("<LLL", part.CRC, part.compress_size, part.file_size)
    return raw.replace(declared, struct.pack("<LLL", zlib.crc32(content[:size]), part.compress_size, size))


@pytest.mark.parametrize("name", ["word/document.xml", "word/styles.xml", "word/media/a.png"])
def test_package_that_lies_with_its_checksum_is_unpacked_no_further(name: str) -> None:
    """A part that declares a thousand bytes takes the memory of a thousand bytes, whatever it would unpack to."""
    raw = lying(with_part(docx_of("Il molo riapre."), name, b"<a>" + b" " * (100 << 20) + b"</a>"), name, 1000)
    tracemalloc.start()
    try:
        read(raw, ".docx")
    except ArticleError as error:
        assert "damaged" in str(error)
    finally:
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert most < 20 << 20


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_package_is_packed_as_word_packs(method: int) -> None:
    """What is packed by other methods is refused before it is unpacked."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx_of("Il molo riapre."))) as old, zipfile.ZipFile(out, "w", method) as new:
        for part in old.infolist():
            new.writestr(part.filename, old.read(part))
    assert "packed as no Word document" in reason(out.getvalue(), ".docx")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_impossible(encoding: str) -> None:
    """XML that declares entities is refused before it is parsed, in any encoding."""
    declared = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    assert "entities" in reason(with_part(docx_of("x"), "word/document.xml", declared.encode(encoding)), ".docx")


def test_old_and_locked_word_documents_say_so() -> None:
    """An old .doc, and what Word encrypts, is no package at all."""
    assert "old .doc" in reason(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), ".docx")


def test_empty_word_document_has_no_text() -> None:
    """A document of empty paragraphs holds no text."""
    assert reason(docx_of("", "  "), ".docx") == "it holds no text"


def test_other_documents_are_not_read() -> None:
    """Only the two kinds are read."""
    assert ".odt" in reason(b"", ".odt")
