"""docs/import.md, made from the templates: `python -m overgang.collect.files.manual > docs/import.md`."""

from collections.abc import Iterator

from overgang.base.codes import codelist
from overgang.collect.cells import limits
from overgang.collect.files.templates import Field, Template, templates

LANG = "nb"
TYPES = {
    "identifier": "nummer",
    "name": "navn",
    "text": "tekst",
    "date": "dato",
    "whole": "helt tall",
    "decimal": "tall",
    "yes_no": "ja/nei",
    "code": "kode",
    "unit": "enhet",
}
LISTED = 30
HEAD = f"""\
# Filer med rader

Kommuner sender rader som CSV eller xlsx, en fil for hvert slag rad. Tomme maler og filer med avviste rader får de
tilbake i samme form. Denne siden er laget av `overgang/collect/files/templates.toml`: endre der, og kjør
`python -m overgang.collect.files.manual > docs/import.md`.

- **Kolonner:** rekkefølgen er fri. Store og små bokstaver, mellomrom og streker i navnene betyr ikke noe, og navnene
  kan være på bokmål, nynorsk eller engelsk. Andre kolonner leses ikke.
- **CSV:** UTF-8 (med eller uten BOM), UTF-16 eller Windows-1252; semikolon, komma, tabulator eller loddrett strek.
- **xlsx:** ett ark med rader. Passord, makroer, formler og flettede celler blir avvist.
- **Datoer:** 24.10.2018 eller 2018-10-24, alltid med fire siffer i året. **Tall:** 37,5. **Kode:** koden selv eller
  teksten.
- **Grenser:** {limits.UPLOAD // 1_000_000} MB, {limits.ROWS:,} rader, {limits.COLUMNS} kolonner, {limits.FIELD:,} tegn
  i en celle; et arkiv kan pakkes ut til {limits.UNPACKED // 1_000_000} MB.
- Ingenting gjettes: det som kan bety to ting, er en feil, med rad, kolonne, verdi og råd. Kontrollsifrene i DUF-nummer
  gir bare et varsel.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([_spaced(HEAD), *map(_chapter, templates().values())])


def _spaced(text: str) -> str:
    """Thousands apart as Norwegians write them."""
    for number in (limits.ROWS, limits.FIELD):
        text = text.replace(f"{number:,}", f"{number:,}".replace(",", " "))
    return text


def _chapter(template: Template) -> str:
    rows = (_row(field) for field in template.fields)
    codes = "".join(f"\n{line}\n" for field in template.fields for line in _codes(field))
    return (
        f"## {template.label[LANG]} (`{template.kind}`)\n\n{template.help[LANG]} "
        f"Samme rad: {', '.join(template.by_name[name].label[LANG] for name in template.key)}.\n\n"
        "| kolonne | felt | slag | må | forklaring | andre navn | eksempel |\n"
        "| --- | --- | --- | --- | --- | --- | --- |\n" + "\n".join(rows) + f"\n{codes}"
    )


def _row(field: Field) -> str:
    others = dict.fromkeys((field.label["nn"], field.label["en"], *field.aliases))
    others.pop(field.label[LANG], None)
    required = "ja" if field.required else "noen ganger" if field.required_when else ""
    cells = (
        field.label[LANG],
        f"`{field.name}`",
        TYPES[field.type],
        required,
        field.help[LANG],
        ", ".join(others),
        field.example[LANG],
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _codes(field: Field) -> Iterator[str]:
    if field.list and len(codelist(field.list)) <= LISTED:
        found = codelist(field.list)
        listed = ", ".join(f"`{code}` {found.label(code, LANG)}" for code in found.leaves)
        yield f"{field.label[LANG]}: {listed}."


if __name__ == "__main__":
    print(page(), end="")
