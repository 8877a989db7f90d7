"""The plots of `docs/performance.md`."""

from pathlib import Path

import matplotlib
from contenders import Contender

matplotlib.use("svg")
# The same picture for the same figures: no date, no random names inside.
matplotlib.rcParams.update({"svg.hashsalt": "action-links", "font.size": 9, "axes.spines.top": False, "axes.spines.right": False})

import matplotlib.pyplot as plt  # noqa: E402

GREEN, BROWN, GREY = "#0b6e4f", "#8a4b08", "#b8b8b8"


def _save(figure: plt.Figure, path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    figure.savefig(path, metadata={"Date": None}, facecolor="white", bbox_inches="tight")


def cold_start(contenders: list[Contender], path: Path) -> None:
    """Init and first click, and the first click with the share of a processor that 128 MB have."""
    figure, axes = plt.subplots(1, 2, figsize=(8, 2.2), sharey=True, layout="constrained")
    names = [contender.name for contender in reversed(contenders)]
    for axis, seen, title in zip(
        axes, ["cold", "first_128"], ["init and first click, one processor", "first click at 128 MB"], strict=True
    ):
        values = [contender.median(seen) * 1e3 for contender in reversed(contenders)]
        bars = axis.barh(names, values, color=[GREEN if name.startswith("Action Links") else GREY for name in names])
        axis.bar_label(bars, [f"{value:,.1f} ms" for value in values], padding=3)
        axis.set(title=title, xscale="log", xticks=[], xlim=(min(values) / 4, max(values) * 6))
        axis.minorticks_off()
    _save(figure, path)


def apps(seen: dict[int, dict[str, float]], path: Path) -> None:
    """A start, a warm click and the memory over the number of apps."""
    figure, axes = plt.subplots(1, 3, figsize=(9, 2.6), layout="constrained")
    for axis, name, scale, title, unit in zip(
        axes,
        ["cpu", "cold_cpu", "peak"],
        [1e6, 1e3, 1e-6],
        ["a warm click", "start and first click", "peak memory"],
        ["µs of CPU", "ms of CPU", "MB"],
        strict=True,
    ):
        values = [of[name] * scale for of in seen.values()]
        axis.plot(seen.keys(), values, "o-", color=GREEN)
        axis.set(title=title, xlabel="apps", ylabel=unit, xscale="log", ylim=(0, max(values) * 1.1))
    _save(figure, path)


def used_links(used: dict[int, float], refused: dict[int, float], path: Path) -> None:
    """The CPU of a click over the links that were used on its booking before."""
    figure, axis = plt.subplots(figsize=(4, 2.6), layout="constrained")
    axis.plot(used.keys(), [seconds * 1e6 for seconds in used.values()], "o-", color=GREEN, label="a click that acts")
    axis.plot(refused.keys(), [seconds * 1e6 for seconds in refused.values()], "s--", color=BROWN, label="one that is refused")
    axis.set(xlabel="links used on the booking before", ylabel="µs of CPU", xscale="log", ylim=(0, max(refused.values()) * 1e6 * 1.1))
    axis.legend(frameon=False)
    _save(figure, path)


def decorated(seen: dict[int, tuple[float, int]], path: Path) -> None:
    """The CPU of decorating over the number of bookings."""
    figure, axis = plt.subplots(figsize=(4, 2.6), layout="constrained")
    axis.plot(seen.keys(), [seconds * 1e3 for seconds, _ in seen.values()], "o-", color=GREEN)
    axis.set(xlabel="bookings, two links each", ylabel="ms of CPU", xscale="log", yscale="log")
    _save(figure, path)
