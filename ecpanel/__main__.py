"""`python -m ecpanel`: the same as the command `ecpanel`."""

import sys

from ecpanel.cli import main

sys.exit(main())
