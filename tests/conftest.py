"""What all tests have in common: an example may take as long as it takes, on a machine that does something else too."""

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
