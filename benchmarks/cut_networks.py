"""Hosts whose network can be cut: what is sent to a host that is cut off vanishes, and nobody is told.

A proxy cannot do that: it closes connections, and both ends hear of it at once. Here each host is a network namespace
of Linux, joined by a pair of virtual cards to a bridge, and a cut takes down its end at the bridge. The bridge is in a
namespace too, and whoever asks for it is there with it: nothing can be reached from outside, no name or address can be
taken already, and the kernel removes everything with the last process in it, however that ends.
"""

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

ADDRESS = "10.0.0.1"
"""Where hosts find what listens on the bridge."""
_BITS = 24
_CARD = "02:00:00:00:00:{:02x}"
_NEW_NETWORK = 0x40000000  # CLONE_NEWNET of <sched.h>
_OURS = "/proc/thread-self/ns/net"
_PROGRAMS = ("ip", "nsenter")


class NoNamespacesError(Exception):
    """This machine, or this user, cannot make network namespaces; the message says why."""


class Host:
    """Number `number` on the bridge. Programs run on it as `[*command, program, ...]`."""

    def __init__(self, number: int) -> None:
        self.address = ADDRESS.rpartition(".")[0] + f".{number + 2}"
        self._link = f"host{number}"
        self._network = _new_network()
        # By this path also for programs that do not inherit the file.
        place = f"/proc/{os.getpid()}/fd/{self._network}"
        self.command = ["nsenter", f"--net={place}", "--"]
        card, bridge_card = _CARD.format(number + 2), _CARD.format(1)
        _run(f"ip link add {self._link} master bridge type veth peer name card address {card} netns {place}")
        _run("ip link set lo up", *self.command)
        _run(f"ip address add {self.address}/{_BITS} dev card", *self.command)
        _run("ip link set card up", *self.command)
        # As behind a router: otherwise either side would hear after three seconds that nobody has the other's address.
        _run(f"ip neighbour add {ADDRESS} lladdr {bridge_card} dev card", *self.command)
        _run(f"ip neighbour add {self.address} lladdr {card} dev bridge")
        self.mend()

    def cut(self) -> None:
        _run(f"ip link set {self._link} down")

    def mend(self) -> None:
        _run(f"ip link set {self._link} up")

    def close(self) -> None:
        os.close(self._network)


@contextmanager
def hosts(count: int) -> Iterator[list[Host]]:
    """`count` hosts, and this thread on the bridge with them; so is what it starts, threads and programs alike.

    NoNamespacesError where that cannot be.
    """
    _look()
    before = os.open(_OURS, os.O_RDONLY)
    made: list[Host] = []
    _leave_network()
    try:
        try:
            _run("ip link set lo up")
            _run(f"ip link add bridge address {_CARD.format(1)} type bridge")
            _run(f"ip address add {ADDRESS}/{_BITS} dev bridge")
            _run("ip link set bridge up")
            made.extend(map(Host, range(count)))
        except subprocess.CalledProcessError as error:
            raise NoNamespacesError(f"{' '.join(error.cmd)}: {error.stderr.strip()}") from error
        yield made
    finally:
        for host in made:
            host.close()
        _checked(ctypes.CDLL(None, use_errno=True).setns(before, _NEW_NETWORK))
        os.close(before)


@contextmanager
def places(count: int, wanted: bool | None) -> Iterator[Sequence[Host | None]]:
    """`count` hosts; None for each where there can be none, which is said in a line, or none is `wanted` (False).

    SystemExit where there can be none and they are insisted on (True).
    """
    with ExitStack() as ending:
        found: Sequence[Host | None] = [None] * count
        if wanted is not False:
            try:
                found = ending.enter_context(hosts(count))
            except NoNamespacesError as error:
                if wanted:
                    raise SystemExit(f"No network namespaces: {error}") from error
                print(f"No network namespaces, so no network is cut: {error}")
        yield found


def _look() -> None:
    if sys.platform != "linux":
        raise NoNamespacesError("only Linux has them")
    if os.geteuid() != 0:
        raise NoNamespacesError("only root may make them")
    lacking = [name for name in _PROGRAMS if shutil.which(name) is None]
    if lacking:
        raise NoNamespacesError(f"not installed: {', '.join(lacking)}")


def _new_network() -> int:
    """A file that stands for a new namespace, which lives as long as it is open or a process is in it."""
    # A thread can go into another network by itself: the one that asks stays where it is.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(_leave_network).result()
        return thread.submit(os.open, _OURS, os.O_RDONLY).result()


def _leave_network() -> None:
    """This thread is in a network of its own from now on."""
    try:
        _checked(ctypes.CDLL(None, use_errno=True).unshare(_NEW_NETWORK))
    except OSError as error:
        raise NoNamespacesError(f"the system refuses ({error.strerror})") from error


def _checked(result: int) -> None:
    if result:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def _run(command: str, *before: str) -> None:
    subprocess.run([*before, *command.split()], check=True, capture_output=True, text=True)
