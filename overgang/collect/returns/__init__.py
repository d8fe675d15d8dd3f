"""The annual returns: questionnaires by year and their checks, as data; an answer is a number, zero, don't know, blank.

Values in, values out: `annual_return` reads and examines one return, `totals` and `country` sum many, `follow_up` and
`sources` say whom to ask about what, `survey` reads a survey tool's export, `comments` is the round of comments.
`models` keeps who was asked and what they answered, written by `keeping` alone; `held` and `beside` say what the
register holds of the same; `screens` are the pages.
"""
