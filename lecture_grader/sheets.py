"""Read the tables that an instructor gives: any encoding and delimiter that spreadsheets write."""

import csv
import io

LARGEST = 2**24  # bytes


class Refused(ValueError):
    """A file that an instructor gave cannot be used as it is; the text says where and why."""


def rows(path):
    """Return the rows below a table's header.

    Parameters
    ----------
    path : Path
        A CSV file: UTF-8, UTF-16 or Latin-1, with commas, semicolons or tabs.

    Returns
    -------
    header : list of str
        The names of the columns.
    rows : list of (str, dict of str to str)
        Where each row stands, as ``"class.csv, line 2"``, and its cells by the name of the column in lower case.

    Raises
    ------
    Refused
        If it is no table.
    """
    try:
        with open(path, "rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}.") from None
    if len(content) > LARGEST:
        raise Refused(f"{path} is larger than {LARGEST // 2**20} MB, so it is no table of a class.")
    text = _decoded(content)
    delimiter = max(",;\t", key=lambda sign: len(next(csv.reader(text.splitlines(), delimiter=sign), [])))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    header, found = None, []
    try:
        for cells in reader:
            cells = [clean(cell) for cell in cells]
            if header is None:
                header = cells
            elif any(cells):
                by_name = {}
                for name, cell in zip(header, cells, strict=False):
                    by_name.setdefault(name.lower(), cell)
                found.append((f"{path}, line {reader.line_num}", by_name))
    except csv.Error as error:
        raise Refused(f"{path}, line {reader.line_num}: this is not a table ({error}).") from None
    if not header or not any(header):
        raise Refused(f"{path} is empty; its first line must name the columns.")
    return header, found


def _decoded(content):
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def clean(text):
    """Return one line without what cannot be seen, and not longer than a name can be."""
    return "".join(c if c.isprintable() else " " for c in text).strip()[:300]
