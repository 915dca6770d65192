"""The networks of the benchmark of replicas: cut, they say nothing; left, nothing of them remains."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from benchmarks.cut_networks import ADDRESS, Host, NoNamespacesError, hosts, places

ECHO = """
import socket, sys
with socket.create_connection((sys.argv[1], int(sys.argv[2]))) as line:
    while said := line.recv(1):
        line.sendall(said)
"""
MOMENT = 0.3


@pytest.fixture
def two() -> Iterator[list[Host]]:
    before = os.readlink("/proc/thread-self/ns/net") if sys.platform == "linux" else ""
    try:
        with hosts(2) as made:
            yield made
    except NoNamespacesError as error:
        pytest.skip(str(error))
    assert os.readlink("/proc/thread-self/ns/net") == before


def test_what_goes_to_a_host_that_is_cut_off_vanishes_and_arrives_when_it_is_mended(two: list[Host]) -> None:
    cut_off, other = two
    with socket.create_server((ADDRESS, 0)) as listening:
        ends = []
        for host in two:
            command = [*host.command, sys.executable, "-c", ECHO, ADDRESS, str(listening.getsockname()[1])]
            program = subprocess.Popen(command)
            end, (address, _) = listening.accept()
            assert address == host.address
            ends.append((program, end))
        cut_off.cut()
        for _, end in ends:
            end.settimeout(MOMENT)
            end.sendall(b"a")
        with pytest.raises(TimeoutError):
            ends[0][1].recv(1)
        with pytest.raises(TimeoutError):
            socket.create_connection((cut_off.address, 80), MOMENT)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((other.address, 80), 60)
        cut_off.mend()
        for program, end in ends:
            end.settimeout(60)
            assert end.recv(1) == b"a"
            end.close()
            assert program.wait() == 0


def test_where_there_can_be_none_one_line_says_so_unless_they_are_insisted_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with places(3, None) as found:
        assert found == [None, None, None]
    assert capsys.readouterr().out == "No network namespaces, so no network is cut: only Linux has them\n"
    with places(3, False) as found:
        assert found == [None, None, None]
    assert capsys.readouterr().out == ""
    with pytest.raises(SystemExit, match="only Linux has them"), places(3, True):
        pass
