"""Source notebooks to what students get: nbgrader's generate step, the proofs of the gate, the lab page."""
