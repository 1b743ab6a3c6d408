"""Serve the explorer to a browser on this machine, and to nobody else."""

import webbrowser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from resetsim.errors import InputError
from resetsim.views.explorer.page import page_html

HOST = "127.0.0.1"


def server(port: int) -> ThreadingHTTPServer:
    """Return what serves the page.

    Parameters
    ----------
    port
        0 for any that is free.

    Raises
    ------
    InputError
        If the port is taken, or may not be used.
    """
    page = page_html().encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Answer with the page, or that there is nothing else."""
            found = self.path in ("/", "/index.html")
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(page) if found else 0))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            if found:
                self.wfile.write(page)

        def log_message(self, *_: object) -> None:
            """Say nothing: the terminal is the user's."""

    try:
        return ThreadingHTTPServer((HOST, port), Handler)
    except OSError as error:
        raise InputError(f"--port: {port} cannot be used ({error.strerror})") from None


def open_browser(address: str) -> None:
    """Open a page in the user's browser, where there is one.

    Parameters
    ----------
    address
        Of the page.
    """
    webbrowser.open(address)
