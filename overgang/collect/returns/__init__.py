"""The annual returns: questionnaires by year and their checks, as data; an answer is a number, zero, don't know, blank.

`models` keeps who was asked and what they answered; for now the answers come in with a whole register.
"""
