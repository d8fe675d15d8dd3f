"""How numbers that may not be known are said on the desk."""

from overgang.access.texts import texts
from overgang.base.text import number
from overgang.collect.returns.answer import Answer, State
from overgang.collect.returns.checks import in_words
from overgang.collect.returns.interval import UNKNOWN, Interval
from overgang.collect.returns.totals import Total


def sum_in_words(total: Total, lang: str) -> tuple[str, str]:
    """A sum, and how many units it lacks: ("minst 2 303", "44 enheter mangler")."""
    return in_words(total.number, lang), _missing(total, lang)


def _missing(total: Total, lang: str) -> str:
    if not total.missing:
        return ""
    return texts(lang)(f"desk.missing_{'one' if total.missing == 1 else 'many'}", units=number(total.missing, lang))


def gap_in_words(gap: int | None, lang: str) -> str:
    """ "+2", "−1", "0"; "–" where it is not known."""
    if gap is None:
        return "–"
    return f"+{number(gap, lang)}" if gap > 0 else number(gap, lang)


def answer_in_words(answer: Answer, lang: str) -> str:
    """What was answered, as people say it."""
    match answer.state:
        case State.DONT_KNOW:
            return texts(lang)("desk.dont_know")
        case State.BLANK:
            return "–"
        case _:
            return answer.raw.strip() if answer.value is None else number(answer.value, lang)


def beside_in_words(known: Interval, lang: str) -> str:
    """What another source says; "–" where it says nothing."""
    return "–" if known == UNKNOWN else in_words(known, lang)
