# %% right: all as it comes out
predictions = {
    "no zeroing": "wrong",
    "exp, plus one in place": "error",
    "square, plus one in place": "right",
    "second backward": "error",
    "detached halfway": "wrong",
    "leaf view": "error",
    ".data": "wrong",
}
# %% right: all wrong guesses
predictions = {
    "no zeroing": "right",
    "exp, plus one in place": "right",
    "square, plus one in place": "error",
    "second backward": "right",
    "detached halfway": "right",
    "leaf view": "right",
    ".data": "right",
}
# %% right: filled in one by one
predictions = {}
predictions["no zeroing"] = "right"
predictions["exp, plus one in place"] = "wrong"
predictions["square, plus one in place"] = "wrong"
predictions["second backward"] = "error"
predictions["detached halfway"] = "error"
predictions["leaf view"] = "right"
predictions[".data"] = "right"
# %% right: with a note of one's own
predictions = dict.fromkeys(["no zeroing", "exp, plus one in place", "square, plus one in place", "second backward", "detached halfway", "leaf view", ".data"], "error")
predictions["square, plus one in place"] = "right"
predictions["note"] = "not sure about the last two"
# %% wrong: one left open
# says: not done yet
predictions = {
    "no zeroing": "wrong",
    "exp, plus one in place": "error",
    "square, plus one in place": "right",
    "second backward": "error",
    "detached halfway": None,
    "leaf view": "error",
    ".data": "wrong",
}
# %% wrong: one taken out
# says: there is no prediction for '.data'
predictions = {
    "no zeroing": "wrong",
    "exp, plus one in place": "error",
    "square, plus one in place": "right",
    "second backward": "error",
    "detached halfway": "wrong",
    "leaf view": "error",
}
# %% wrong: another word
# says: the prediction for 'no zeroing' should be 'error', 'wrong' or 'right'
predictions = {
    "no zeroing": "crash",
    "exp, plus one in place": "error",
    "square, plus one in place": "right",
    "second backward": "error",
    "detached halfway": "wrong",
    "leaf view": "error",
    ".data": "wrong",
}
# %% wrong: true and false
# says: should be 'error', 'wrong' or 'right'
predictions = {
    "no zeroing": True,
    "exp, plus one in place": False,
    "square, plus one in place": True,
    "second backward": False,
    "detached halfway": True,
    "leaf view": False,
    ".data": True,
}
# %% wrong: a list
# says: predictions should be a dictionary
predictions = ["wrong", "error", "right", "error", "wrong", "error", "wrong"]
# %% wrong: an empty dictionary
# says: there is no prediction for 'no zeroing'
predictions = {}
# %% wrong: empty strings
# says: should be 'error', 'wrong' or 'right'
predictions = {
    "no zeroing": "",
    "exp, plus one in place": "",
    "square, plus one in place": "",
    "second backward": "",
    "detached halfway": "",
    "leaf view": "",
    ".data": "",
}
# %% wrong: keys renamed
# says: there is no prediction for 'no zeroing'
predictions = {1: "wrong", 2: "error", 3: "right", 4: "error", 5: "wrong", 6: "error", 7: "wrong"}
# %% wrong: each a list of guesses
# says: should be 'error', 'wrong' or 'right'
predictions = {
    "no zeroing": ["wrong"],
    "exp, plus one in place": ["error"],
    "square, plus one in place": ["right"],
    "second backward": ["error"],
    "detached halfway": ["wrong"],
    "leaf view": ["error"],
    ".data": ["wrong"],
}
# %% wrong: one word for all
# says: all seven predictions are the same word
predictions = {
    "no zeroing": "wrong",
    "exp, plus one in place": "wrong",
    "square, plus one in place": "wrong",
    "second backward": "wrong",
    "detached halfway": "wrong",
    "leaf view": "wrong",
    ".data": "wrong",
}
# %% wrong: a word
# says: predictions should be a dictionary
predictions = "error"
