"""What one contender's click costs beside another's: always in turns, so that a noisy minute meets all
alike."""

import signal
from collections.abc import Iterator

import callgrind
from contenders import Contender
from function import Function
from tls import TlsProxy


def click(function: Function, clicks: Iterator[bytes]) -> float:
    """One click, which must do what it says: its seconds."""
    seconds, answer = function.invoke(next(clicks))
    assert answer["statusCode"] == 302, answer
    return seconds


def cold(contenders: list[Contender], clicks: Iterator[bytes], engine: TlsProxy, rounds: int) -> None:
    """Starts each, clicks once, and ends it: `init`, `first`, `cold` (both), `cold_own` (both, without the
    engine's time) and `cold_cpu`, in seconds."""
    for _ in range(rounds):
        for contender in contenders:
            asked = len(engine.engine_seconds)
            with Function(contender.command, contender.env) as function:
                init, first = function.init_seconds, click(function, clicks)
                cold = init + first
                own = cold - sum(engine.engine_seconds[asked:])
                contender.saw(init=init, first=first, cold=cold, cold_own=own, cold_cpu=function.end())


def cold_at_128_mb(contenders: list[Contender], clicks: Iterator[bytes], rounds: int) -> None:
    """The first click with the share of a processor that a function of 128 MB has after its init,
    which has a full one: `first_128`, in seconds."""
    for _ in range(rounds):
        for contender in contenders:
            with Function(contender.command, contender.env) as function:
                function.limit(0.07)
                contender.saw(first_128=click(function, clicks))


def warm(contenders: list[Contender], clicks: Iterator[bytes], engine: TlsProxy, rounds: int, per_round: int) -> None:
    """Clicks on each in turn: seconds of `latency` and `own` (without the engine's) per click; `cpu`
    seconds, `requests` to the engine and `peak` bytes, per round; `sent`, the bytes of the last request."""
    functions = [Function(contender.command, contender.env) for contender in contenders]
    turns = list(zip(contenders, functions, strict=True))
    for _, function in turns:
        for _ in range(per_round // 4):  # the first clicks open connections and fill caches
            click(function, clicks)
    for _ in range(rounds):
        turns.reverse()
        for contender, function in turns:
            before, asked = function.cpu_seconds(), len(engine.engine_seconds)
            for _ in range(per_round):
                latency = click(function, clicks)
                contender.saw(latency=latency, own=latency - engine.engine_seconds[-1])
            contender.saw(
                cpu=(function.cpu_seconds() - before) / per_round,
                requests=(len(engine.engine_seconds) - asked) / per_round,
                peak=function.peak_bytes(),
                sent=engine.last_request_bytes,
            )
    for function in functions:
        function.end()


def instructions(contenders: list[Contender], clicks: Iterator[bytes], times: int) -> None:
    """Instructions in user mode, as callgrind counts them: `start`, until an event is asked for, and `warm` for a
    click."""
    for contender in contenders:

        def run(valgrind: list[str], count: int, contender: Contender = contender) -> None:
            with Function([*valgrind, *contender.command], contender.env) as function:
                for _ in range(count):
                    click(function, clicks)
                function.end(signal.SIGTERM)

        contender.saw(
            start=callgrind.profiled(lambda valgrind: run(valgrind, 0))[callgrind.TOTAL],
            warm=callgrind.counted(run, times)[callgrind.TOTAL],
        )
