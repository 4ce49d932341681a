"""How long a test waits for what has to come: so long that only a hang ends it, and never a slow machine."""

HANG_SECONDS = 1800
HANG_MILLISECONDS = 1000 * HANG_SECONDS
