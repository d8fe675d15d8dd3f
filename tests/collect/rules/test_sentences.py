"""That every sentence is some finding's, and every rule has its test."""

from overgang.collect.register.rules import RULES
from overgang.collect.register.rules.sentences import texts
from tests.collect.rules import test_rules
from tests.collect.rules.build import SEEN


def test_every_sentence_is_told_of_some_case_in_the_tests_of_the_rules() -> None:
    tests = {name: test for name, test in vars(test_rules).items() if name.startswith("test_")}
    assert {id.lower() for id in RULES} <= {name[5:9] for name in tests}
    for test in tests.values():
        test()
    wanted = {(id, what) for id, by_what in texts().items() for what in by_what if what != "title"}
    assert wanted - SEEN == set()
