"""What the hand-in's process does because a test asked, beyond cells and answers: files, patches, streams, texts.

May import protocol/ and what stands beside it in student/; never examiner/. Called by student/server.py alone.
"""
