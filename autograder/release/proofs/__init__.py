"""What must hold before a release is written: the gate, its proofs by reading and by running, and what held before.

May import build, model, notebook, own_code and files, and release's preview, running and exceptions. Called by
`release.release`.
"""
