"""The words of the course, explained at the end of a page and linked where they come up first."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from markupsafe import Markup, escape

from resetsim.declare.files import shipped_root

_TERM = re.compile(r"^(\S.*)\n((?:  .*\n)+)", re.MULTILINE)


@dataclass(frozen=True)
class Word:
    """A word with its explanation.

    Attributes
    ----------
    term, meaning
        What is explained, and how.
    """

    term: str
    meaning: str

    @property
    def anchor(self) -> str:
        """Of its place in the page."""
        return "word-" + re.sub(r"\W+", "-", self.term.lower())


def read_words() -> tuple[Word, ...]:
    """Return the words of ``docs/course/words.md``, which is shipped."""
    text = (shipped_root() / "docs" / "course" / "words.md").read_text(encoding="utf-8")
    glossary = text.partition("{glossary}\n")[2].partition("```")[0]
    return tuple(
        Word(term, " ".join(meaning.replace("*", "").split()))
        for term, meaning in _TERM.findall(glossary)
    )


@dataclass
class Glossary:
    """The words of one page.

    Attributes
    ----------
    known
        All words.
    linked
        Those that have come up.
    """

    known: tuple[Word, ...] = field(default_factory=read_words)
    linked: set[str] = field(default_factory=set)

    def link(self, text: str) -> Markup:
        """Return a text, escaped, in which each word links to its explanation the first time.

        Parameters
        ----------
        text
            The page's own; what comes from a user's file is not its business.
        """
        by_term = {word.term.lower(): word for word in self.known}
        longest_first = sorted(by_term, key=len, reverse=True)
        pattern = re.compile(rf"\b({'|'.join(map(re.escape, longest_first))})s?\b", re.IGNORECASE)
        parts, last = [], 0
        for found in pattern.finditer(text):
            word = by_term[found[1].lower()]
            if word.term in self.linked:
                continue
            self.linked.add(word.term)
            parts += [escape(text[last : found.start()]), _linked(word, found[0])]
            last = found.end()
        return Markup("").join([*parts, escape(text[last:])])

    def explained(self) -> Iterator[Word]:
        """Yield the words that have come up, in the order of the alphabet."""
        yield from (word for word in self.known if word.term in self.linked)


def _linked(word: Word, as_written: str) -> Markup:
    return Markup('<a class="word" href="#{}" title="{}">{}</a>').format(
        word.anchor, word.meaning, as_written
    )
