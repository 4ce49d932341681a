"""The sandbox: what keeps a hand-in's code away from everything but its own scratch folder and one socket."""
