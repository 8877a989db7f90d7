"""The plots of `docs/performance.md`."""

from pathlib import Path

import matplotlib
from measure import Contender

matplotlib.use("svg")
# The same picture for the same figures: no date, no random names inside.
matplotlib.rcParams.update({"svg.hashsalt": "action-links", "font.size": 9, "axes.spines.top": False, "axes.spines.right": False})

import matplotlib.pyplot as plt  # noqa: E402


def _save(figure: plt.Figure, path: Path) -> None:
    figure.savefig(path, metadata={"Date": None}, facecolor="white", bbox_inches="tight")


def cold_start(contenders: list[Contender], path: Path) -> None:
    """Init and first click, and the first click with the share of a processor that 128 MB have."""
    figure, axes = plt.subplots(1, 2, figsize=(8, 2), sharey=True, layout="constrained")
    names = [contender.name for contender in reversed(contenders)]
    for axis, seen, title in zip(
        axes, ["cold", "first_128"], ["init and first click, one processor", "first click at 128 MB"], strict=True
    ):
        values = [contender.median(seen) * 1e3 for contender in reversed(contenders)]
        bars = axis.barh(names, values, color=["#b8b8b8"] * (len(names) - 1) + ["#0b6e4f"])
        axis.bar_label(bars, [f"{value:,.1f} ms" for value in values], padding=3)
        axis.set(title=title, xscale="log", xticks=[], xlim=(min(values) / 4, max(values) * 6))
        axis.minorticks_off()
    _save(figure, path)


def apps(medians: dict[int, dict[str, float]], path: Path) -> None:
    """A start, a warm click and the memory over the number of apps."""
    figure, axes = plt.subplots(1, 3, figsize=(9, 2.6), layout="constrained")
    for axis, name, scale, title, unit in zip(
        axes,
        ["cold_cpu", "cpu", "peak"],
        [1e3, 1e6, 1e-6],
        ["start and first click", "a warm click", "peak memory"],
        ["ms of CPU", "µs of CPU", "MB"],
        strict=True,
    ):
        axis.plot(medians.keys(), [of[name] * scale for of in medians.values()], "o-", color="#0b6e4f")
        axis.set(title=title, xlabel="apps", ylabel=unit, xscale="log", ylim=(0, None))
    _save(figure, path)


def growth(
    used: dict[int, float],
    refused: dict[int, float],
    decorated: dict[int, tuple[float, int]],
    path: Path,
) -> None:
    """CPU over the number of used links, and of bookings to decorate."""
    figure, (middle, right) = plt.subplots(1, 2, figsize=(6, 2.6), layout="constrained")
    middle.plot(used.keys(), [seconds * 1e6 for seconds in used.values()], "o-", color="#0b6e4f", label="acts")
    middle.plot(refused.keys(), [seconds * 1e6 for seconds in refused.values()], "s--", color="#8a4b08", label="is refused")
    middle.set(title="a click, over links used before", ylabel="µs of CPU", xscale="log", ylim=(0, None))
    middle.legend(frameon=False)
    right.plot(decorated.keys(), [seconds * 1e3 for seconds, _ in decorated.values()], "o-", color="#0b6e4f")
    right.set(title="decorating, over bookings", ylabel="ms of CPU", xscale="log", yscale="log")
    _save(figure, path)
