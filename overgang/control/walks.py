"""Walks: the fast way to a witness, in whole persons.

Somebody is added to a cell, or taken away. Then the sums with that cell do not hold any more; a person more or less in
another cell mends one of them and may break others. Each step takes the change that mends most, chance deciding between
equals, and forgets nothing it has to put right. When all sums hold again, the cells that changed are a circle: another
table that agrees with everything published. A step takes a third of a microsecond, so tens of thousands of walks are
begun where one linear program is solved, and a circle is whole by itself. What no walk moves may still vary; only a
program says that it cannot.

The hunt walks for many cells and hides where that pays; `spare` shows again what was hidden without need. Before
either, arithmetic says how far each class can move at all: a third of the steps lead nowhere without it, and half of
what must stay hidden is known by it alone. `Hunter` in `hunter` is the way in. Everything here is in whole numbers,
prices too, so that every machine walks the same way; and in one file, since a compiled function that was kept is not
made anew when one changes that it calls from another file.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from overgang.control.compiled import compiled
from overgang.control.system import Bools, Ints

DRAWN = 3
"""So many broken sums are drawn, and the one with fewest members is mended: it leaves the least choice."""

REST = 4
"""A class that moved stays for so many steps."""

STUCK = 8
"""So many sums in a row that nothing mends end a walk."""

FINE = 16
"""The scale of chance beside the merit of a step: half of what a sum mended is worth."""

ENDLESS = 1 << 60

REACH = 10
"""A walk may hide for so many times what one cell pays: the circle may serve many."""

SHORT, LONGER = 100, 4
"""Steps of the first walk for a cell that lost its circles, and so many times as many for each next one: circles that
are found soon are short, and few cells need another when one of a short circle is shown."""


class Net(NamedTuple):
    """Classes and the equations between them, by row and by class; `low` and `high`: how far each equation's left side
    may move; `rise` and `fall`: how far each class may, narrowed while what they are is found out."""

    row_first: Ints
    row_class: Ints
    row_sign: Ints
    class_first: Ints
    class_row: Ints
    class_sign: Ints
    low: Ints
    high: Ints
    rise: Ints
    fall: Ints


class Desk(NamedTuple):
    """What a walk works on; all zero, and `place` -1, between two walks.

    `broken` holds the equations that do not hold, `place` where each stands in it.
    """

    move: Ints
    since: Ints
    balance: Ints
    place: Ints
    broken: Ints
    moved: Ints
    rows: Ints
    has_moved: Bools
    has_row: Bools
    chance: NDArray[np.uint64]


class Queue(NamedTuple):
    """Equations that may say something new: a ring of them, and which are in it."""

    rows: Ints
    waiting: Bools


class Book(NamedTuple):
    """The cells of a region and what is hidden of them, and by class what it costs to move it.

    By cell: `of_cell` (its class, -1 when it cannot move), `price`, `hidden`, `wanted` (must be wide when hidden),
    `zero` (must be once it is seen to be more) and `bundle` (-1: hidden alone), whose cells stand in `bundle_cells`
    from `bundle_first` on. By class: `cost`, 0 when all its cells are hidden; `need` and `zeros`, how many hidden cells
    are wanted or zero.
    """

    of_cell: Ints
    price: Ints
    hidden: Bools
    wanted: Bools
    zero: Bools
    bundle: Ints
    bundle_first: Ints
    bundle_cells: Ints
    class_first: Ints
    class_cells: Ints
    cost: Ints
    need: Ints
    zeros: Ints


class Circles(NamedTuple):
    """Circles one after another: `first[i]` to `first[i + 1]` are the classes that circle i moves, and by how much."""

    first: Ints
    one: Ints
    by: Ints


def desk(net: Net, seed: int) -> Desk:
    """An empty desk; `seed` is any whole number above 0."""
    number, rows = len(net.rise), len(net.low)
    return Desk(
        move=np.zeros(number, np.int64),
        since=np.zeros(number, np.int64),
        balance=np.zeros(rows, np.int64),
        place=np.full(rows, -1, np.int64),
        broken=np.empty(rows, np.int64),
        moved=np.empty(number, np.int64),
        rows=np.empty(rows, np.int64),
        has_moved=np.zeros(number, np.bool_),
        has_row=np.zeros(rows, np.bool_),
        chance=np.array([seed], np.uint64),
    )


def queue(net: Net) -> Queue:
    """With nothing in it."""
    rows = len(net.low)
    return Queue(np.empty(rows + 1, np.int64), np.zeros(rows, np.bool_))


@compiled
def drawn(chance: NDArray[np.uint64], below: int) -> int:
    """A number from 0 to `below` - 1, which is less than 2**32 (Marsaglia's xorshift)."""
    x = chance[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    chance[0] = x
    return int(((x >> np.uint64(32)) * np.uint64(below)) >> np.uint64(32))


@compiled
def _off(balance: int, low: int, high: int) -> int:
    """By how much an equation does not hold."""
    return max(balance - high, low - balance, 0)


@compiled
def _change(net: Net, desk: Desk, one: int, by: int, moved: int, rows: int, broken: int) -> tuple[int, int, int]:
    """Moves a class; how many classes were touched then, how many rows, and how many are broken."""
    if not desk.has_moved[one]:
        desk.has_moved[one] = True
        desk.moved[moved] = one
        moved += 1
    desk.move[one] += by
    for at in range(net.class_first[one], net.class_first[one + 1]):
        row = net.class_row[at]
        if not desk.has_row[row]:
            desk.has_row[row] = True
            desk.rows[rows] = row
            rows += 1
        desk.balance[row] += net.class_sign[at] * by
        off, place = _off(desk.balance[row], net.low[row], net.high[row]), desk.place[row]
        if off > 0 and place < 0:
            desk.place[row] = broken
            desk.broken[broken] = row
            broken += 1
        elif off == 0 and place >= 0:
            broken -= 1
            last = desk.broken[broken]
            desk.broken[place] = last
            desk.place[last] = place
            desk.place[row] = -1
    return moved, rows, broken


@compiled
def _mended(
    net: Net, desk: Desk, cost: Ints, aim: int, urge: int, steps: int, limit: int, moved: int, rows: int, broken: int
) -> tuple[int, int, int]:
    """Steps until nothing is broken; how many classes and rows were touched then, and how many rows are broken."""
    spent = stuck = 0
    for step in range(1, steps + 1):
        if broken == 0:
            break
        row = desk.broken[drawn(desk.chance, broken)]
        for _ in range(DRAWN - 1):
            other = desk.broken[drawn(desk.chance, broken)]
            if net.row_first[other + 1] - net.row_first[other] < net.row_first[row + 1] - net.row_first[row]:
                row = other
        missing = desk.balance[row] < net.low[row]
        best, chosen, way = ENDLESS, -1, 0
        for at in range(net.row_first[row], net.row_first[row + 1]):
            one = net.row_class[at]
            to = 1 if missing == (net.row_sign[at] > 0) else -1
            here = desk.move[one]
            if one == aim or (to > 0 and here >= net.rise[one]) or (to < 0 and -here >= net.fall[one]):
                continue
            if desk.since[one] > 0 and step - desk.since[one] < REST:
                continue
            price = cost[one] if here == 0 else -cost[one] if here == -to else 0
            if spent + price >= limit:
                continue
            worse = 0
            for member in range(net.class_first[one], net.class_first[one + 1]):
                of = net.class_row[member]
                low, high = net.low[of], net.high[of]
                worse += _off(desk.balance[of] + net.class_sign[member] * to, low, high)
                worse -= _off(desk.balance[of], low, high)
            merit = FINE * (price + urge * worse) + drawn(desk.chance, FINE // 2 * urge)
            if merit < best:
                best, chosen, way = merit, one, to
        if chosen < 0:
            stuck += 1
            if stuck > STUCK:
                break
            continue
        stuck = 0
        here = desk.move[chosen]
        spent += cost[chosen] if here == 0 else -cost[chosen] if here == -way else 0
        moved, rows, broken = _change(net, desk, chosen, way, moved, rows, broken)
        desk.since[chosen] = step
    return moved, rows, broken


@compiled
def walk(
    net: Net, desk: Desk, cost: Ints, aim: int, by: int, urge: int, steps: int, limit: int
) -> tuple[bool, int, int]:
    """Moves `aim` by `by` and then others until every equation holds; whether it came to that, and how many classes and
    rows were touched, for `tidy`.

    Moving a class costs `cost` the first time; `urge` is what mending an equation by one is worth. Nothing is moved
    that would take the sum to `limit`.
    """
    moved, rows, broken = _change(net, desk, aim, by, 0, 0, 0)
    moved, rows, broken = _mended(net, desk, cost, aim, urge, steps, limit - cost[aim], moved, rows, broken)
    return broken == 0, moved, rows


@compiled
def mend(net: Net, desk: Desk, steps: int) -> bool:
    """Moves whatever it takes until every equation holds, where some did not at the outset; whether it came to that.
    What moved stays on the desk."""
    broken, free = 0, np.zeros(len(net.rise), np.int64)
    for row in range(len(net.low)):
        if _off(desk.balance[row], net.low[row], net.high[row]) > 0:
            desk.place[row] = broken
            desk.broken[broken] = row
            broken += 1
    return _mended(net, desk, free, -1, 1, steps, ENDLESS, 0, 0, broken)[2] == 0


@compiled
def tidy(desk: Desk, moved: int, rows: int) -> None:
    """Clears the desk."""
    for at in range(moved):
        one = desk.moved[at]
        desk.move[one] = desk.since[one] = 0
        desk.has_moved[one] = False
    for at in range(rows):
        row = desk.rows[at]
        desk.balance[row], desk.place[row], desk.has_row[row] = 0, -1, False


@compiled
def _longer[Entries: (Ints, Bools)](array: Entries, size: int) -> Entries:
    """The array with room for `size` entries."""
    if size <= len(array):
        return array
    longer = np.empty(2 * size, array.dtype)
    longer[: len(array)] = array
    return longer


@compiled
def _ask(net: Net, line: Queue, one: int, end: int) -> int:
    """Puts the equations of a class in the queue, which ends at `end`; where it ends then."""
    for at in range(net.class_first[one], net.class_first[one + 1]):
        row = net.class_row[at]
        if not line.waiting[row]:
            line.waiting[row] = True
            line.rows[end] = row
            end = (end + 1) % len(line.rows)
    return end


@compiled
def _noted(net: Net, past: Ints, at: int, one: int, rise: int, fall: int) -> Ints:
    """Narrows a class, and notes in `past` how far it could move before."""
    past = _longer(past, 3 * at + 3)
    past[3 * at], past[3 * at + 1], past[3 * at + 2] = one, net.rise[one], net.fall[one]
    net.rise[one], net.fall[one] = rise, fall
    return past


@compiled
def _narrow(net: Net, line: Queue, end: int, past: Ints, at: int) -> tuple[Ints, int]:
    """What follows for how far classes can move, from the equations in the queue and what they lead to; how far they
    could before stands in `past`, where `at` entries stand already, and how many stand there then."""
    head = 0
    while head != end:
        row = line.rows[head]
        head = (head + 1) % len(line.rows)
        line.waiting[row] = False
        least = most = 0
        for member in range(net.row_first[row], net.row_first[row + 1]):
            one, sign = net.row_class[member], np.int64(net.row_sign[member])
            up, down = (net.rise[one], net.fall[one]) if sign > 0 else (net.fall[one], net.rise[one])
            most += abs(sign) * up
            least -= abs(sign) * down
        for member in range(net.row_first[row], net.row_first[row + 1]):
            one, sign = net.row_class[member], np.int64(net.row_sign[member])
            size = abs(sign)
            up, down = (net.rise[one], net.fall[one]) if sign > 0 else (net.fall[one], net.rise[one])
            new_up = max(min(up, (net.high[row] - least - size * down) // size), 0)
            new_down = max(min(down, (most - size * up - net.low[row]) // size), 0)
            if new_up == up and new_down == down:
                continue
            most -= size * (up - new_up)
            least += size * (down - new_down)
            rise, fall = (new_up, new_down) if sign > 0 else (new_down, new_up)
            past = _noted(net, past, at, one, rise, fall)
            at += 1
            end = _ask(net, line, one, end)
    return past, at


@compiled
def _narrow_all(net: Net, line: Queue) -> None:
    """The same from every equation."""
    for row in range(len(net.low)):
        line.rows[row] = row
        line.waiting[row] = True
    _narrow(net, line, len(net.low), np.empty(0, np.int64), 0)


@compiled
def _widened(net: Net, past: Ints, at: int) -> None:
    """Takes back what was narrowed."""
    for entry in range(at - 1, -1, -1):
        one = past[3 * entry]
        net.rise[one], net.fall[one] = past[3 * entry + 1], past[3 * entry + 2]


@compiled
def target(chance: NDArray[np.uint64], least: int, most: int, rise: int, fall: int, width: int) -> int:
    """Where a class that was seen from `least` to `most` should be seen next, up or down as chance has it: one farther,
    or as far as the width asks; 0 where there is nothing left to see."""
    up, far = drawn(chance, 2) == 0, drawn(chance, 2) == 0
    for _ in range(2):
        if up and most < rise:
            return min(max(most + 1, least + width) if far else most + 1, rise)
        if not up and -least < fall:
            return max(min(least - 1, most - width) if far else least - 1, -fall)
        up = not up
    return 0


@compiled
def _set(book: Book, cell: int, hide: bool) -> None:
    """Hides one cell or shows it."""
    sign = 1 if hide else -1
    book.hidden[cell] = hide
    one = book.of_cell[cell]
    if one >= 0:
        book.cost[one] -= sign * book.price[cell]
        book.need[one] += sign * book.wanted[cell]
        book.zeros[one] += sign * book.zero[cell]


@compiled
def _hide_class(book: Book, one: int, opened: Ints, number: int) -> int:
    """Hides what is shown of a class, each cell with its bundle; notes which, and how many are noted then."""
    for at in range(book.class_first[one], book.class_first[one + 1]):
        cell = book.class_cells[at]
        if book.hidden[cell]:
            continue
        bundle = book.bundle[cell]
        if bundle < 0:
            _set(book, cell, True)
            opened[number] = cell
            number += 1
            continue
        for other in book.bundle_cells[book.bundle_first[bundle] : book.bundle_first[bundle + 1]]:
            if not book.hidden[other]:
                _set(book, other, True)
                opened[number] = other
                number += 1
    return number


@compiled
def _weight(book: Book, one: int, least: int, most: int) -> int:
    """How many cells of a class must be wide."""
    return int(book.need[one]) + (int(book.zeros[one]) if least < 0 or most > 0 else 0)


@compiled
def hunt(
    net: Net,
    desk: Desk,
    line: Queue,
    book: Book,
    least: Ints,
    most: Ints,
    unsure: Bools,
    aims: Ints,
    pay: int,
    width: int,
    steps: int,
    tries: int,
) -> Circles:
    """Walks for each of `aims` that is too narrow, and for those `unsure` whether they move at all, so many `tries`;
    `pay` is what a cell that becomes wide may cost. `least` and `most`, by class, grow with what is found."""
    first, one_of, by_of = np.zeros(64, np.int64), np.empty(4096, np.int64), np.empty(4096, np.int64)
    number, opened = 0, np.empty(len(book.hidden), np.int64)
    rise, fall = net.rise.copy(), net.fall.copy()
    for one in range(len(rise)):
        too_dear = book.cost[one] > REACH * pay
        net.rise[one], net.fall[one] = (0, 0) if too_dear else (rise[one], fall[one])
    _narrow_all(net, line)
    for _ in range(tries):
        for aim in aims:
            low, high = least[aim], most[aim]
            narrow = _weight(book, aim, low, high) > 0 and high - low < width
            if book.cost[aim] > 0 or not (narrow or (unsure[aim] and low == high)):
                continue
            by = target(desk.chance, low, high, net.rise[aim], net.fall[aim], width)
            if by == 0:
                continue
            closed, moved, rows = walk(net, desk, book.cost, aim, by, max(2 * pay, 1), steps, REACH * pay + 1)
            spent, gained, size = 0, 0, 0
            for at in range(moved):
                one = desk.moved[at]
                move = desk.move[one]
                if closed and move != 0:
                    size += 1
                    spent += book.cost[one]
                    low, high = min(least[one], move), max(most[one], move)
                    wider = min(high - low, width) - min(most[one] - least[one], width)
                    gained += wider * _weight(book, one, low, high)
            if closed and spent * width <= pay * gained:
                at_end = first[number]
                first, one_of = _longer(first, number + 2), _longer(one_of, at_end + size)
                by_of = _longer(by_of, at_end + size)
                for at in range(moved):
                    one = desk.moved[at]
                    move = desk.move[one]
                    if move != 0:
                        least[one], most[one] = min(least[one], move), max(most[one], move)
                        one_of[at_end], by_of[at_end] = one, move
                        at_end += 1
                        if book.cost[one] > 0:
                            _hide_class(book, one, opened, 0)
                number += 1
                first[number] = at_end
            tidy(desk, moved, rows)
    net.rise[:], net.fall[:] = rise, fall
    return Circles(first[: number + 1].copy(), one_of[: first[number]].copy(), by_of[: first[number]].copy())


@compiled
def _range(times: Ints, one: int, width: int) -> tuple[int, int]:
    """The least and the most that circles left show of a class, as far as `width`."""
    low = high = 0
    for by in range(-width, width + 1):
        if times[one, by + width] > 0:
            low, high = min(low, by), max(high, by)
    return low, high


@compiled
def _count(times: Ints, first: Ints, one_of: Ints, by_of: Ints, circle: int, width: int, more: int) -> None:
    """Counts the moves of a circle so many times `more`, each as far as `width`."""
    for at in range(first[circle], first[circle + 1]):
        times[one_of[at], max(-width, min(width, by_of[at])) + width] += more


@compiled
def spare(
    net: Net,
    desk: Desk,
    line: Queue,
    book: Book,
    circles: Circles,
    unit_first: Ints,
    unit_cells: Ints,
    cost: Ints,
    width: int,
    urge: int,
    steps: int,
    swapping: bool,
) -> Circles:
    """Shows unit after unit of hidden cells where every cell that must be wide stays so by the circles that are left
    and others that are found within so many `steps`; the circles left. Moving a class has a `cost`, which is nothing
    when one of its cells was asked about and stays hidden: circles go round what may still be shown. When `swapping`,
    `cost` is the book's, and what costs less altogether is hidden instead."""
    classes, units = len(net.rise), len(unit_first) - 1
    number = len(circles.first) - 1
    first, one_of, by_of = circles.first.copy(), circles.one.copy(), circles.by.copy()
    following, owner = np.empty(len(one_of), np.int64), np.empty(len(one_of), np.int64)
    alive, head = np.ones(len(first), np.bool_), np.full(classes, -1, np.int64)
    times = np.zeros((classes, 2 * width + 1), np.int64)
    for circle in range(number):
        for at in range(first[circle], first[circle + 1]):
            following[at], owner[at], head[one_of[at]] = head[one_of[at]], circle, at
        _count(times, first, one_of, by_of, circle, width, 1)
    if not swapping:
        _narrow_all(net, line)
    needy, is_needy, hardness = np.empty(classes, np.int64), np.zeros(classes, np.bool_), np.zeros(classes, np.int64)
    gone, past = np.empty(len(first), np.int64), np.empty(4096, np.int64)
    opened = np.empty(len(book.hidden), np.int64)
    for unit in range(units):
        cells = unit_cells[unit_first[unit] : unit_first[unit + 1]]
        possible, narrowed, waiting, budget = True, 0, 0, 0
        for cell in cells:
            possible &= book.hidden[cell]
            budget += book.price[cell]
        if not possible:
            continue
        for cell in cells:
            _set(book, cell, False)
            one = book.of_cell[cell]
            possible &= one < 0 or book.need[one] == 0
            if one >= 0 and not swapping:
                past = _noted(net, past, narrowed, one, 0, 0)
                narrowed += 1
                waiting = _ask(net, line, one, waiting)
        past, narrowed = _narrow(net, line, waiting, past, narrowed)
        for at in range(narrowed):
            one = past[3 * at]
            possible &= book.need[one] == 0 or net.rise[one] + net.fall[one] >= width
        needed, lost, begun, bought, spent = 0, 0, number, 0, 0
        for cell in cells:
            at = head[book.of_cell[cell]] if possible and book.of_cell[cell] >= 0 else -1
            while at >= 0:
                circle = owner[at]
                if alive[circle]:
                    alive[circle] = False
                    gone = _longer(gone, lost + 1)
                    gone[lost] = circle
                    lost += 1
                    _count(times, first, one_of, by_of, circle, width, -1)
                    for other in one_of[first[circle] : first[circle + 1]]:
                        if book.need[other] > 0 and not is_needy[other]:
                            is_needy[other] = True
                            needy[needed] = other
                            needed += 1
                at = following[at]
        needy[:needed] = needy[:needed][np.argsort(-hardness[needy[:needed]], kind="mergesort")]
        done = 0
        while possible and done < needed:
            aim = needy[done]
            done += 1
            low, high = _range(times, aim, width)
            effort = SHORT
            while LONGER * effort <= min(hardness[aim], steps):
                effort *= LONGER
            while high - low < width and effort <= steps:
                by = target(desk.chance, low, high, net.rise[aim], net.fall[aim], width)
                if by == 0:
                    break
                limit = budget - spent if swapping else ENDLESS
                closed, moved, rows = walk(net, desk, cost, aim, by, urge, effort, limit)
                if closed:
                    at = first[number]
                    first, alive = _longer(first, number + 2), _longer(alive, number + 2)
                    one_of, by_of = _longer(one_of, at + moved), _longer(by_of, at + moved)
                    following, owner = _longer(following, at + moved), _longer(owner, at + moved)
                    for one in desk.moved[:moved]:
                        if desk.move[one] != 0:
                            one_of[at], by_of[at], owner[at] = one, desk.move[one], number
                            following[at], head[one] = head[one], at
                            at += 1
                            before = bought
                            if book.cost[one] > 0:
                                spent += book.cost[one]
                                bought = _hide_class(book, one, opened, bought)
                            for cell in opened[before:bought]:
                                other = book.of_cell[cell]
                                if other >= 0 and book.need[other] > 0 and not is_needy[other]:
                                    is_needy[other] = True
                                    needy[needed] = other
                                    needed += 1
                    alive[number] = True
                    number += 1
                    first[number] = at
                    _count(times, first, one_of, by_of, number - 1, width, 1)
                else:
                    hardness[aim] += effort
                    effort *= LONGER
                tidy(desk, moved, rows)
                low, high = _range(times, aim, width)
            possible = high - low >= width
        is_needy[needy[:needed]] = False
        spent = int(book.price[opened[:bought]].sum())
        if possible and spent < budget:
            continue
        while number > begun:
            number -= 1
            _count(times, first, one_of, by_of, number, width, -1)
            for at in range(first[number + 1] - 1, first[number] - 1, -1):
                head[one_of[at]] = following[at]
        for circle in gone[:lost]:
            alive[circle] = True
            _count(times, first, one_of, by_of, circle, width, 1)
        _widened(net, past, narrowed)
        for cell in opened[:bought]:
            _set(book, cell, False)
        for cell in cells:
            _set(book, cell, True)
            if book.of_cell[cell] >= 0 and not swapping:
                cost[book.of_cell[cell]] = 0
    return _left(first, one_of, by_of, alive, number)


@compiled
def _left(first: Ints, one_of: Ints, by_of: Ints, alive: Bools, number: int) -> Circles:
    """The circles that are alive."""
    kept_first = np.zeros(number + 1, np.int64)
    kept_one, kept_by = np.empty(first[number], np.int64), np.empty(first[number], np.int64)
    kept, size = 0, 0
    for circle in range(number):
        if alive[circle]:
            for at in range(first[circle], first[circle + 1]):
                kept_one[size], kept_by[size] = one_of[at], by_of[at]
                size += 1
            kept += 1
            kept_first[kept] = size
    return Circles(kept_first[: kept + 1].copy(), kept_one[:size].copy(), kept_by[:size].copy())
