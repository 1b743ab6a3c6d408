"""What to write instead of a line that is not TOML; imported only to refuse one."""

import re

_LINE = re.compile(r"\(at line (\d+), column (\d+)\)")
_NUMBER = r"[+-]?[0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?"
_UNIT = r"[A-Za-zµμΩ°][\w/*^·²³µμΩ°-]*"
_QUANTITY = rf"{_NUMBER} ?{_UNIT}"
_CURLY = "“”„‟«»‘’‚‛′″"
_LONGEST = 100


def toml_hint(text: str, said: str) -> str:
    """Return the line at which a text is no TOML, and how to write it.

    Parameters
    ----------
    text
        Of the file.
    said
        What :mod:`tomllib` said of it.

    Returns
    -------
    str
        To be appended to what was said; empty where nothing is known.
    """
    where = _LINE.search(said)
    if where is None:
        return ""
    number = int(where[1])
    lines = text.splitlines()
    line = lines[number - 1] if number <= len(lines) else ""
    # Within brackets it is noticed only where the next line begins.
    if "Unclosed array" in said and line == line.lstrip() and "=" not in line and number > 1:
        line = next((each for each in reversed(lines[: number - 1]) if "=" in each), line)
    shown = line.strip().expandtabs()
    if not shown or len(shown) > _LONGEST or not shown.isprintable():
        return ""
    hint = _hint(shown, said)
    return f": {shown}{f'; {hint}' if hint else ''}"


def _hint(line: str, said: str) -> str:
    """Return how to write a line."""
    if again := re.search(r"Cannot declare \((.*?),?\) twice", said):
        name = ".".join(step.strip(" '\"") for step in again[1].split(","))
        return (
            f"the table [{name}] stands here a second time: put its keys below the first one, or "
            f"write [[{name}]] where there may be several"
        )
    if "Cannot overwrite" in said:
        key = line.partition("=")[0].strip()
        return f"'{key}' stands here a second time: keep one"
    if any(mark in line for mark in _CURLY):
        straight = re.sub(f"[{_CURLY}]+", '"', line)
        return f"these are typographic quotation marks, write straight ones: {straight}"
    return _of_header(line) or _of_key(line) or _of_value(line, said)


def _of_header(line: str) -> str:
    if line.startswith("[") and "=" not in line and line.count("[") != line.count("]"):
        brackets = 2 if line.startswith("[[") else 1
        return f"write {'[' * brackets}{line.strip('[] ')}{']' * brackets}"
    return ""


def _of_key(line: str) -> str:
    if colon := re.match(r"([\w.\"'\[\] -]+?)\s*:\s*(.+)", line):
        return f"a key is followed by =, not by a colon: {colon[1]} = {colon[2]}"
    if double := re.match(r"(.+?)\s*==\s*(.+)", line):
        return f"write one = : {double[1]} = {double[2]}"
    key = re.match(r"([^=\"']+?)\s*=", line)
    if key and re.fullmatch(r"[\w-]+(?:\s+[\w-]+)+", key[1]):
        return f"a key has no spaces: {'_'.join(key[1].split())}"
    if "=" not in line and re.fullmatch(r"[\w.-]+(?: .*)?", line):
        return "a key is followed by = and a value; a comment begins with #"
    return ""


def _of_value(line: str, said: str) -> str:
    key, _, written = (part.strip() for part in line.partition("="))
    written = re.sub(r"\s+#.*", "", written)
    if re.search(r"(?:\s|^)//", written):
        return f"a comment begins with #: {line.replace('//', '#', 1)}"
    if written.endswith(";"):
        return f"no semicolon at the end: {key} = {written.rstrip(';')}"
    if written.endswith(",") and not written.startswith(("[", "{")):
        return f"no comma at the end: {key} = {written.rstrip(',')}"
    if "\\" in written and "Unescaped" in said:
        return f"write / in place of \\: {line}".replace("\\", "/").replace(
            "place of /", "place of \\"
        )
    if written.startswith("(") or re.fullmatch(r"\{[^=]*\}?", written):
        return f"a list has square brackets: {key} = [{written.strip('(){} ')}]"
    if written.startswith("["):
        return _of_list(key, written)
    if written.startswith("{"):
        return "a table in braces ends on the line on which it begins"
    return _of_single(key, written)


def _of_list(key: str, written: str) -> str:
    inner = written.strip("[] ")
    entries = [part.strip() for part in inner.split(",") if part.strip()]
    if any(re.fullmatch(_QUANTITY, entry) or _is_word(entry) for entry in entries):
        quoted = [
            f'"{entry}"' if re.fullmatch(_QUANTITY, entry) or _is_word(entry) else entry
            for entry in entries
        ]
        return f"what has a unit, and names, need quotation marks: {key} = [{', '.join(quoted)}]"
    values = re.findall(rf"\"[^\"]*\"|'[^']*'|{_NUMBER}", inner)
    if len(values) > len(entries):
        return f"commas stand between the values of a list: {key} = [{', '.join(values)}]"
    return "the ] that ends the list is missing"


def _of_single(key: str, written: str) -> str:
    if percent := re.fullmatch(rf"({_NUMBER})\s*%", written):
        return f"a share is a number from 0 to 1: {key} = {float(percent[1]) / 100:g}"
    if re.fullmatch(r"[+-]?[0-9]+,[0-9]+", written):
        return f"decimals have a point: {key} = {written.replace(',', '.')}"
    if re.fullmatch(r"[+-]?(?:\.[0-9]+|[0-9]+\.)", written):
        return f"digits stand on both sides of a point: {key} = {float(written)}"
    if written.lower() in ("true", "false", "yes", "no", "on", "off"):
        value = "true" if written.lower() in ("true", "yes", "on") else "false"
        return f"write {key} = {value}"
    if re.fullmatch(_QUANTITY, written):
        return f'what has a unit needs quotation marks: {key} = "{written}"'
    if written[:1] in "\"'" and written[:1] and written.count(written[0]) % 2:
        return (
            f'the quotation mark that ends the text is missing: {key} = "{written.strip(_QUOTES)}"'
        )
    if _is_word(written):
        return f'a name or text needs quotation marks: {key} = "{written}"'
    return f"a value is missing: {key} = ..." if not written and key else ""


_QUOTES = "\"' "


def _is_word(written: str) -> bool:
    return re.fullmatch(r"[A-Za-z][\w ./-]*", written) is not None and written not in (
        "true",
        "false",
    )
