"""Why a whole file is refused, as a rule and what its sentence names."""


class Refusal(Exception):
    """`rule` is an entry of the catalogue of faults; `values` fills it. Text from the file is cut short."""

    def __init__(self, rule: str, **values: str | int | list[str]) -> None:
        super().__init__(rule)
        self.rule = rule
        self.values = values
