"""The figures as Markdown, in `docs/performance.md`."""

import io
import zipfile
from pathlib import Path

from contenders import Contender

BEGIN, END = "<!-- figures: `make bench` writes what follows -->", "<!-- end of the figures -->"


def zipped(bootstrap: Path) -> int:
    with io.BytesIO() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(bootstrap, "bootstrap")
        return file.tell()


class Report:
    """What a run of the bench has seen."""

    def __init__(self, ours: Contender, floor: Contender, plain: Contender):
        self._ours, self._floor, self._plain = ours, floor, plain
        self._lines: list[str] = []

    def _say(self, *lines: str) -> None:
        self._lines += [*lines, ""]

    def _table(self, *rows: list[str]) -> None:
        head, *body = rows
        self._say(*(f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *body]))

    def machine(self, machine: str, day: str) -> None:
        self._say(f"{machine}; {day}.")

    def _compare(self, contenders: list[Contender], *lines: tuple[str, str, float, int]) -> None:
        """A line per thing seen, a column per contender, and ours over the floor's and over plain Rust's."""

        def ratio(to: Contender, seen: str) -> str:
            return f"{self._ours.median(seen) / to.median(seen):.2f}"

        self._table(
            ["", *(contender.name for contender in contenders), "ours ÷ floor", "ours ÷ plain Rust"],
            *(
                [what, *(f"{contender.median(seen) * scale:,.{digits}f}" for contender in contenders)]
                + [ratio(self._floor, seen), ratio(self._plain, seen)]
                for what, seen, scale, digits in lines
            ),
        )

    def clicks(self, contenders: list[Contender]) -> None:
        self._say("### A cold click")
        self._compare(
            contenders,
            ("init, ms", "init", 1e3, 1),
            ("first click, ms", "first", 1e3, 1),
            ("both, ms", "cold", 1e3, 1),
            ("both without the engine's time, ms", "cold_own", 1e3, 1),
            ("CPU of both, ms", "cold_cpu", 1e3, 1),
            ("first click with the share of 128 MB, ms", "first_128", 1e3, 1),
        )
        self._say("### A warm click")
        self._compare(
            contenders,
            ("CPU, µs", "cpu", 1e6, 0),
            ("p50, ms", "latency", 1e3, 2),
            ("p50 without the engine's time, ms", "own", 1e3, 2),
            ("bytes of the request to DynamoDB", "sent", 1, 0),
            ("requests to DynamoDB", "requests", 1, 2),
            ("peak memory, MB", "peak", 1e-6, 1),
        )

        self._say("### Instructions in user mode")
        self._compare(
            [self._ours, self._floor, self._plain],
            ("until the first event is asked for", "start", 1, 0),
            ("of a warm click", "warm", 1, 0),
        )

    def sizes(self, *contenders: Contender) -> None:
        self._say("### What is deployed")
        paths = {contender.name: Path(contender.command[0]) for contender in contenders}
        self._table(
            ["", *paths],
            ["bootstrap, MB", *(f"{path.stat().st_size / 1e6:.2f}" for path in paths.values())],
            ["zip, MB", *(f"{zipped(path) / 1e6:.2f}" for path in paths.values())],
        )

    def bulk(
        self, others: dict[str, tuple[float, float | None]], sign: float, decorate: float, with_links: float, without: float
    ) -> None:
        self._say("### Signing and decorating")

        def row(what: str, own: float, theirs: list[float | None], scale: float, digits: int) -> list[str]:
            times = ["" if of is None else f"{of * scale:,.1f} (× {of / own:,.1f})" for of in theirs]
            return [what, f"{own * scale:.{digits}f}", *times]

        self._table(
            ["CPU", "Action Links", *others],
            row("sign a link, µs", sign, [signed for signed, _ in others.values()], 1e6, 2),
            row("decorate 1,000 bookings, two links each, ms", decorate, [of for _, of in others.values()], 1e3, 1),
        )
        self._say(
            "Decorating is the whole invocation of `booking-links` here, and the loop alone in Node.",
            f"A list of 1,000 bookings from the table takes {with_links * 1e3:.1f} ms of CPU with two links on each,",
            f"{without * 1e3:.1f} ms without: × {with_links / without:.2f}.",
        )

    def growth(
        self,
        apps: dict[int, dict[str, float]],
        used: dict[int, float],
        refused: dict[int, float],
        decorated: dict[int, tuple[float, int]],
    ) -> None:
        self._say("### How costs grow")
        self._table(
            ["apps", *(f"{count:,}" for count in apps)],
            *(
                [what, *(f"{of[name] * scale:,.{digits}f}" for of in apps.values())]
                for what, name, scale, digits in [
                    ("CPU of a warm click, µs", "cpu", 1e6, 0),
                    ("its requests to DynamoDB", "requests", 1, 2),
                    ("CPU of a start and its first click, ms", "cold_cpu", 1e3, 1),
                    ("their requests to DynamoDB", "cold_requests", 1, 0),
                    ("peak memory, MB", "peak", 1e-6, 1),
                ]
            ),
        )
        self._table(
            ["links used on the booking before", *(f"{count:,}" for count in used)],
            ["CPU of a click that acts, µs", *(f"{seconds * 1e6:.0f}" for seconds in used.values())],
            ["CPU of a click that is refused, µs", *(f"{seconds * 1e6:.0f}" for seconds in refused.values())],
        )
        self._table(
            ["bookings to decorate, two links each", *(f"{count:,}" for count in decorated)],
            ["CPU of the invocation, ms", *(f"{seconds * 1e3:.2f}" for seconds, _ in decorated.values())],
            ["peak memory, MB", *(f"{peak / 1e6:.1f}" for _, peak in decorated.values())],
        )

    def write(self, path: Path) -> None:
        """Replaces what is between the two markers."""
        before, rest = path.read_text().split(BEGIN)
        _, after = rest.split(END)
        figures = "\n".join(self._lines).rstrip()
        path.write_text(f"{before}{BEGIN}\n\n{figures}\n\n{END}{after}")
