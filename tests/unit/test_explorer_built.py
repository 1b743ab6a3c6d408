"""Is the explorer that is committed the one that would be built today?"""

import json
import shutil
import subprocess
from http.client import HTTPConnection
from importlib.metadata import version
from threading import Thread

import explorer_contents
import explorer_kernels
import explorer_network
import make_explorer
import pytest
from explorer_in_python import contents
from make_explorer import BUILT, BUNDLED, ESBUILD, MADE_FROM

from resetsim.errors import InputError
from resetsim.views.explorer.page import PARTS, page_html
from resetsim.views.explorer.serve import HOST, server

AGAIN = "run 'make explorer'"


def made_from() -> dict[str, str]:
    return json.loads(MADE_FROM.read_text())


def test_kernels_and_page_are_of_todays_text():
    assert made_from()["kernels"] == make_explorer.hash_of_kernels(), AGAIN
    assert made_from()["page"] == make_explorer.hash_of_page(), AGAIN


def test_the_network_is_of_todays_text():
    if version("brian2") != made_from()["brian2"]:
        pytest.skip(f"another Brian2 than {made_from()['brian2']}")
    assert made_from()["network"] == explorer_network.hash_of_network(), AGAIN


def test_what_is_declared_is_of_today():
    declared = json.loads(json.dumps(explorer_contents.declared(explorer_contents.arms())))
    kept = contents()
    assert {name: kept[name] for name in declared} == declared, AGAIN


def needs_the_same_compiler() -> None:
    if shutil.which(explorer_kernels.CLANG) is None:
        pytest.skip("clang is missing")
    if explorer_kernels.compiler_version() != made_from()["compiler"]:
        pytest.skip(f"another compiler than {made_from()['compiler']}")


@pytest.mark.thorough
def test_kernels_build_to_what_is_committed():
    needs_the_same_compiler()
    try:
        texts = explorer_kernels.kernel_texts(explorer_contents.kernels())
        built = explorer_kernels.compiled(texts)
    except subprocess.CalledProcessError:
        pytest.skip("clang has no libraries for WebAssembly")
    assert built == (BUILT / PARTS["kernels"]).read_bytes(), AGAIN


@pytest.mark.slow
def test_the_network_builds_to_what_is_committed():
    needs_the_same_compiler()
    if version("brian2") != made_from()["brian2"]:
        pytest.skip(f"another Brian2 than {made_from()['brian2']}")
    assert explorer_network.compiled() == (BUILT / PARTS["network"]).read_bytes(), AGAIN


def test_the_page_builds_to_what_is_committed(tmp_path):
    if not ESBUILD.exists():
        pytest.skip("esbuild is missing: npm ci in src/resetsim/views/explorer/source")
    make_explorer.build_page(tmp_path)
    for name in BUNDLED.values():
        assert (tmp_path / name).read_bytes() == (BUILT / name).read_bytes(), AGAIN


def test_the_page_is_whole_and_small():
    html = page_html()
    assert len(html.encode()) < 3e6
    assert "<!--" not in html.replace("<!doctype html>", "")
    assert 'src="http' not in html


def test_it_is_served_to_this_machine_alone():
    with server(0) as serving:
        Thread(target=serving.serve_forever, daemon=True).start()
        assert serving.server_address[0] == HOST == "127.0.0.1"
        for path, status in (("/", 200), ("/favicon.ico", 404), ("/../pyproject.toml", 404)):
            connection = HTTPConnection(HOST, serving.server_port)
            connection.request("GET", path)
            assert connection.getresponse().status == status
            connection.close()
        with pytest.raises(InputError, match="--port"):
            server(serving.server_port)
        serving.shutdown()
