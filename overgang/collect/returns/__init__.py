"""The annual returns: questionnaires by year and their checks, as data; an answer is a number, zero, don't know, blank.

The answers themselves come in with the register's import (`annual_return.csv`) for now, and are kept there.
"""
