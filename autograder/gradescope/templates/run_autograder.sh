#!/bin/sh
# Run by Gradescope for each hand-in, without a network: grades /autograder/submission, writes /autograder/results.
root=${AUTOGRADER_ROOT:-/autograder}
exec "$root/venv/bin/python" -m autograder.gradescope.run "$root"
