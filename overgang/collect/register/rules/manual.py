"""The manual of the rules, written from the registry and the sentences:

python -m overgang.collect.register.rules.manual > docs/quality-rules.md
"""

from collections.abc import Iterator

from overgang.collect.register.rules import RULES, Rule, Severity, title
from overgang.collect.register.rules.limits import LIMITS
from overgang.collect.register.rules.rule import Stage
from overgang.collect.register.rules.sentences import PLACEHOLDER, texts

HEAD = """# Quality rules

Written by `python -m overgang.collect.register.rules.manual` from the rules, their limits and sentences; do not edit.

35 rules look at what the register holds of a person, on a form, on an import and every night. None of them stops
anybody: an error blocks the release of a figure, not the entry; a warning asks; a legal finding also goes to the leader
and the county governor. A limit that was lawfully gone beyond has its legal basis in the decision or the leave, and is
not told then. Each finding has a day it should be mended by, counted from the day it was found, or from the event where
the table says so.

Limits of the law are in `overgang/base/law/data/regimes.toml`, those that are ours in
`overgang/collect/register/rules/limits.toml`. What was not yet to be registered is never missing; and of cases that
began before {complete_from} (`complete_from`) much was never entered here: what is missing then needs other traces of
it: the column "needs" says which facts a rule compares, and without them it finds nothing. What other units have is
never told, and no sentence names a place.

| id | severity | rule | fields | due | source | needs |
| --- | --- | --- | --- | --- | --- | --- |
"""
SEVERITIES = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.LEGAL: "legal"}
FROM_EVENT = ("DQ07", "DQ31")


def manual() -> str:
    rules = [RULES[id] for id in sorted(RULES)]
    rows = "".join(f"{_row(rule)}\n" for rule in rules)
    sentences = "".join(_sentences(rule) for rule in rules)
    return HEAD.format(complete_from=LIMITS.complete_from.isoformat()) + rows + "\n## What is said\n" + sentences


def _row(rule: Rule) -> str:
    severity = SEVERITIES[rule.severity] + (", legal when late" if rule.legal_when_late else "")
    due = f"{rule.due_months} months" if rule.due_months != 1 else "1 month"
    due = "at once" if rule.due_months == 0 else due + (" from the exit" if rule.id in FROM_EVENT else "")
    needs = rule.needs or ("-" if rule.stage is not Stage.ELSEWHERE else "counts")
    cells = (rule.id, severity, title(rule.id, "en"), ", ".join(rule.fields), due, rule.source, needs)
    return f"| {' | '.join(cells)} |"


def _sentences(rule: Rule) -> str:
    return f"\n**{rule.id}** {title(rule.id, 'en')}\n\n" + "".join(f"- {said}\n" for said in _said(rule.id))


def _said(id: str) -> Iterator[str]:
    for what, by_language in texts()[id].items():
        if what != "title":
            yield PLACEHOLDER.sub(lambda match: f"*{match[1]}*", by_language["en"])


if __name__ == "__main__":
    print(manual(), end="")
