"""What the hostile corpus earns where every item is decided inside the hand-in's process.

    python benchmarks/hostile_inside.py [NAME ...]

Prints a line for each hand-in that was given points which it had not earned, and which hidden tests came to a page.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))  # the corpus is the tests'
from support import hostile_corpus as corpus
from support.decided_inside import everything_inside

from autograder.engine.grader import Grader
from autograder.model.settings import GradingSettings

SETTINGS = GradingSettings(
    seed=20261121, cell_seconds=5.0, notebook_seconds=30.0, memory_mb=600, processes=24, output_mb=0.2, scratch_mb=16
)


def main(names: list[str]) -> None:
    """Grade the cases with these names, or all."""
    cases = [corpus.read_case(path) for path in sorted((corpus.CORPUS / "cases").glob("*.txt"))]
    chosen = [case for case in cases if not names or case.name in names]
    forged = 0
    with (
        tempfile.TemporaryDirectory() as folder,
        everything_inside(),
        Grader(corpus.write_victims(Path(folder)), SETTINGS) as grader,
    ):
        for case in chosen:
            result = grader.grade(case.submission())
            more = 0.0
            for item in result.items:
                earned = case.earns.get(item.item, case.earns.get("*", f"{corpus.FULL[item.item]:g}"))
                more += max(0.0, (item.points or 0.0) - float(earned)) if earned != "?" else 0.0
            told = result.to_json()
            for item in told["items"]:
                item["for_markers"] = ""
            seen = [canary for canary in corpus.CANARIES if canary in json.dumps(told).lower()]
            forged += more > 0
            if more or seen:
                print(f"{case.name}: +{more:g} {' '.join(seen)}  {case.title}", flush=True)
    print(f"{forged} of {len(chosen)} hand-ins were given points that they had not earned")


if __name__ == "__main__":
    main(sys.argv[1:])
