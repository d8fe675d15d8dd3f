"""What a user is told when something given to us cannot be used."""


class BadInput(Exception):
    """One sentence for the person at the keyboard: what was found, where, and what to do.

    Raised wherever outside data enters (a snapshot, an edition, a code, a file). The command line prints it and ends
    with status 2; nothing has been written by then.
    """
