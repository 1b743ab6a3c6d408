"""Random damage to the bytes of a file."""

import os
import random
from collections.abc import Callable, Sequence
from pathlib import Path

Mutation = Callable[[bytes, random.Random], bytes]


def _flipped(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.choice((1, 1, 1, 2, 8))):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _overwritten(content: bytes, chance: random.Random) -> bytes:
    length = chance.choice((1, 2, 4, 8, 16, 64))
    at = chance.randrange(len(content))
    drawn = chance.choice((chance.randbytes(length), b"\0" * length, b"\xff" * length))
    return content[:at] + drawn + content[at + length :]


def _truncated(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content))]


def _inserted(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content) + 1)
    return content[:at] + chance.randbytes(chance.choice((1, 3, 8, 100))) + content[at:]


def _deleted(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content))
    return content[:at] + content[at + chance.choice((1, 4, 8, 100)) :]


def _moved(content: bytes, chance: random.Random) -> bytes:
    """Copy a stretch over another one."""
    length = chance.choice((8, 64, 512))
    start, at = (chance.randrange(len(content)) for _ in range(2))
    stretch = content[start : start + length]
    return content[:at] + stretch + content[at + len(stretch) :]


def _empty(_content: bytes, _chance: random.Random) -> bytes:
    return b""


def _doubled(content: bytes, _chance: random.Random) -> bytes:
    return content + content


# The same kind more than once: it is drawn more often.
MUTATIONS: Sequence[Mutation] = (
    *(_flipped, _flipped, _flipped, _overwritten, _overwritten, _overwritten),
    *(_truncated, _inserted, _deleted, _moved, _moved),
)
RARE: Sequence[Mutation] = (_empty, _doubled)


def mutated(content: bytes, chance: random.Random) -> tuple[bytes, str]:
    """Return damaged content, and the name of what was done to it."""
    mutation = chance.choice(RARE if chance.random() < 0.01 else MUTATIONS)
    return mutation(content, chance), mutation.__name__.strip("_")


def put_something_else(file: Path, chance: random.Random) -> str:
    """Put something that is no file in a file's place, or take its permissions; say what."""
    kinds = ["folder", "pipe", "link to itself", "link to nothing", "link to a device", "forbidden"]
    kind = chance.choice(kinds)
    if kind == "forbidden":
        file.chmod(0)
        return kind
    file.unlink()
    match kind:
        case "folder":
            file.mkdir()
            if chance.random() < 0.5:
                (file / "something").write_text("in it")
        case "pipe":
            os.mkfifo(file)
        case "link to itself":
            file.symlink_to(file)
        case "link to nothing":
            file.symlink_to(file.with_name("nothing"))
        case "link to a device":
            file.symlink_to("/dev/zero")
    return kind


def remove_whatever(path: Path) -> None:
    """Remove a file, a link, a pipe or a folder, if it is there."""
    if path.is_dir() and not path.is_symlink():
        for each in path.iterdir():
            remove_whatever(each)
        path.rmdir()
    else:
        path.unlink(missing_ok=True)
