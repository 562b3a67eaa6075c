"""PDF and Word documents as tests need them: made here, byte by byte where no program would make them."""

import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence

from docx import Document
from docx.document import Document as WordDocument

SIZE_POINTS = 11


def pdf(pages: Sequence[str], properties: Mapping[str, str] | None = None) -> bytes:
    """Return a PDF whose pages show these lines."""
    return pdf_of([_content(page.splitlines()) for page in pages], properties)


def pdf_of(contents: Sequence[bytes], properties: Mapping[str, str] | None = None, *, image: bool = False) -> bytes:
    """Return a PDF whose pages are drawn by these operators, each compressed; with one image, if asked for, that all may draw as /I1."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    objects.append("<< {} >>".format(" ".join(f"/{name} ({value})" for name, value in (properties or {}).items())).encode("cp1252"))
    resources = ""
    if image:
        described = b"/Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray"
        objects.append(b"<< %s /Length 1 >>\nstream\n0\nendstream" % described)
        resources = f"/XObject << /I1 {len(objects)} 0 R >>"
    kids = []
    for content in contents:
        packed = zlib.compress(content)
        objects.append(b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed))
        page = f"<< /Type /Page /Parent 2 0 R /Contents {len(objects)} 0 R /Resources << /Font << /F1 3 0 R >> {resources} >> "
        objects.append(f"{page} /MediaBox [0 0 595 842] >>".encode())
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(kids)}] >>".encode()
    return _file(objects)


def _content(lines: Sequence[str]) -> bytes:
    shown = (f"({line.replace('(', '').replace(')', '')}) Tj T*" for line in lines)
    return f"BT /F1 {SIZE_POINTS} Tf {SIZE_POINTS + 2} TL 50 800 Td {' '.join(shown)} ET".encode("cp1252")


def _file(objects: Sequence[bytes]) -> bytes:
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n")
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    table = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(b"trailer << /Size %d /Root 1 0 R /Info 4 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, table))
    return out.getvalue()


def docx(document: WordDocument) -> bytes:
    """Return the file of a document."""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def docx_of(*paragraphs: str) -> bytes:
    """Return a document of these paragraphs."""
    document = Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    return docx(document)


def with_part(raw: bytes, name: str, content: bytes) -> bytes:
    """Return a package with one part replaced or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return out.getvalue()


def with_body(raw: bytes, body: str) -> bytes:
    """Return a document whose body is this XML."""
    names = (
        'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    )
    return with_part(raw, "word/document.xml", f"<w:document {names}><w:body>{body}</w:body></w:document>".encode())
