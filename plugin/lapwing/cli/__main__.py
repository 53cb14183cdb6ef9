"""Lets ``python -m lapwing.cli`` be the command line."""

import sys

from lapwing.cli import main

sys.exit(main())
