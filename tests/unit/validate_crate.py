"""Print what the validator of Process Run Crates finds in a folder, by severity, as JSON.

It wants another rich than resetsim, and so has an environment of its own: ``.venv/crate``.
"""

import json
import sys
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

from requests import Response
from rocrate_validator.models import Severity, ValidationSettings
from rocrate_validator.services import validate
from rocrate_validator.utils.http import HttpRequester

CONTEXT = files("rocrate").joinpath("data/ro-crate.jsonld").read_bytes()


def served(_, url, **__):
    """Answer its one request, for the terms of RO-Crate, without a network."""
    assert url == json.loads(CONTEXT)["@id"]
    answer = Response()
    answer.status_code, answer._content = 200, CONTEXT
    answer.headers["Content-Type"] = "application/ld+json"
    return answer


def main():
    """Judge the folder that is named on the command line."""
    HttpRequester.get = served
    with TemporaryDirectory() as cache:
        settings = ValidationSettings(
            rocrate_uri=sys.argv[1],
            profile_identifier="process-run-crate",
            requirement_severity=Severity.RECOMMENDED,
            offline=True,
            cache_path=Path(cache) / "http",
        )
        issues = validate(settings).get_issues()
    found = {}
    for each in issues:
        found.setdefault(each.severity.name, set()).add(str(each.message))
    print(json.dumps({name: sorted(messages) for name, messages in found.items()}))


if __name__ == "__main__":
    main()
