"""How Sphinx builds the documentation: `make docs`."""

import os
import re
import sys
from pathlib import Path

import typer
from docutils import nodes
from typer.cli import get_docs_for_click

import resetsim
from resetsim.cli import app as command_line
from resetsim.views.schemas import schema_of

sys.path.insert(0, str(Path(__file__).parent))
from key_tables import key_tables

project = "resetsim"
author = "the authors of resetsim"
project_copyright = f"2026, {author}"
version = release = resetsim.__version__

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "sphinx_design",
]
exclude_patterns = ["_build"]

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 4

# A notebook is executed when its text changed since it was last; what it shows is kept in _build.
ALL_LESSONS = "1234567"
lessons = os.environ.get("DOCS_LESSONS", ALL_LESSONS)
nb_execution_mode = "cache"
nb_execution_excludepatterns = [f"course/{one}_*.md" for one in ALL_LESSONS if one not in lessons]
if nb_execution_excludepatterns:
    suppress_warnings = ["myst-nb.lexer"]  # which language a cell has is known from its kernel
nb_execution_timeout = 3600  # the first time; a lesson with a warm cache takes seconds
nb_execution_in_temp = True
nb_execution_raise_on_error = True
nb_merge_streams = True

autodoc_member_order = "bysource"
autodoc_typehints = "none"  # they stand in the docstrings

html_theme = "pydata_sphinx_theme"
html_title = "resetsim"
html_static_path = ["_static"]
html_css_files = ["course.css"]
html_show_sourcelink = False
html_theme_options = {
    "show_prev_next": True,
    "navigation_with_keys": False,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
}


COMMANDS, KEYS = "reference/command_line", "reference/keys/"
MADE = (COMMANDS, KEYS)


def setup(app):
    """Connect what Sphinx does not do by itself."""
    app.connect("source-read", _describe_commands)
    app.connect("source-read", _list_keys)
    app.connect("env-get-outdated", _made_pages)
    app.connect("doctree-read", _know_anchors)


def _made_pages(_app, env, *_):
    """Name the pages that change without their files."""
    return [page for page in env.found_docs if page.startswith(MADE)]


def _describe_commands(_app, docname, source):
    """Put every command with its options on the page of the command line."""
    if docname == COMMANDS:
        command = typer.main.get_command(command_line)
        context = typer.Context(command, info_name="resetsim")
        page = get_docs_for_click(obj=command, ctx=context, name="resetsim")
        source[0] += "\n" + page.partition("\n")[2]


def _list_keys(_app, docname, source):
    """Put every key of a kind of file on its page."""
    if docname.startswith(KEYS):
        source[0] += key_tables(schema_of(docname.removeprefix(KEYS)))


def _know_anchors(app, doctree):
    """Make anchors in tables, `<a id="p001"></a>`, known to links from other pages."""
    domain, page = app.env.domains.standard_domain, app.env.docname
    for raw in doctree.findall(nodes.raw):
        for anchor in re.findall(r'<a id="([^"]+)">', raw.astext()):
            domain.anonlabels[anchor] = (page, anchor)
