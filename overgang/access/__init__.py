"""Who may do what: users, roles, and the units one acts for. Nobody signs in yet, so nothing is here yet."""
