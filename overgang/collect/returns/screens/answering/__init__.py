"""The pages on which a unit answers, and its leader approves."""
