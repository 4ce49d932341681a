"""The wall: the examiner asks, the hand-in answers, and only plain data crosses between them."""
