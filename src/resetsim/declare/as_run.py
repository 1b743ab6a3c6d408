"""The text of an experiment as it is run: its file, or the file with what the command changed."""

import tomli_w

from resetsim.declare.experiment import Experiment
from resetsim.declare.files import parse_toml


def as_run(experiment: Experiment) -> str:
    """Return a file that gives the same arms.

    Parameters
    ----------
    experiment
        From a file, perhaps with other variations or another seed.

    Returns
    -------
    str
        The file's own text where nothing was changed, else TOML without its comments.
    """
    tables = dict(experiment.content)
    for name, varies in (("vary", experiment.vary), ("vary_together", experiment.together)):
        if varies:
            tables[name] = {key: list(values) for key, values in varies.items()}
    if tables == parse_toml(experiment.text, experiment.path):
        return experiment.text
    return f"# {experiment.path.name} as it was run\n{tomli_w.dumps(tables)}"
