"""Who does the work: this process, or several. The answers do not depend on it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Protocol

MANY = 2


class Sized(Protocol):
    """A piece of work that says how large it is."""

    @property
    def size(self) -> int: ...


class Crew(Protocol):
    """Runs a function on each job; answers in the order of the jobs."""

    def map[J: Sized, T](self, run: "Callable[[J], T]", jobs: "Sequence[J]", /) -> "Iterable[T]": ...


class Alone:
    """This process."""

    def map[J: Sized, T](self, run: "Callable[[J], T]", jobs: "Sequence[J]", /) -> "Iterable[T]":
        return [run(job) for job in jobs]


class Several:
    """A pool of processes, the largest jobs first."""

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self._pool = pool

    def map[J: Sized, T](self, run: "Callable[[J], T]", jobs: "Sequence[J]", /) -> "Iterable[T]":
        order = sorted(range(len(jobs)), key=lambda number: -jobs[number].size)
        answers = dict(zip(order, self._pool.map(run, [jobs[number] for number in order]), strict=True))
        return [answers[number] for number in range(len(jobs))]


@contextmanager
def crew(workers: int) -> Iterator[Crew]:
    """As many processes as asked; one means this one."""
    if workers < MANY:
        yield Alone()
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield Several(pool)
