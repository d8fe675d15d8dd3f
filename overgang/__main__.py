"""`python -m overgang` is the program `overgang`."""

import sys

from overgang.cli import main

sys.exit(main())
