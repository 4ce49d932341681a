"""Source notebooks to what students get: nbgrader's generate step, the lab page; in `proofs/` what must hold first.

May import build, model, notebook, own_code and files. Called by commands/release; stubs.py also by nbgrader, which the course's
nbgrader_config.py tells of it.
"""
