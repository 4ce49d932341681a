"""The untrusted side, in the sandbox beside the hand-in's code: runs cells and answers. Nothing of it is believed.

May import protocol/, preload, IPython and numpy; never examiner/. Called by the fork server of the sandbox alone.
"""
