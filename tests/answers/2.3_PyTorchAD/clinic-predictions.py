# %% right: all as it comes out
predictions = {
    "in-place": "error",
    "leaf view": "error",
    "second backward": "error",
    "no zeroing": "wrong",
    "detached halfway": "wrong",
    ".data": "wrong",
}
# %% right: all wrong guesses
predictions = {
    "in-place": "right",
    "leaf view": "right",
    "second backward": "right",
    "no zeroing": "right",
    "detached halfway": "error",
    ".data": "error",
}
# %% right: filled in one by one
predictions = {}
predictions["in-place"] = "wrong"
predictions["leaf view"] = "wrong"
predictions["second backward"] = "error"
predictions["no zeroing"] = "right"
predictions["detached halfway"] = "error"
predictions[".data"] = "right"
# %% right: with a note of one's own
predictions = dict.fromkeys(["in-place", "leaf view", "second backward", "no zeroing", "detached halfway", ".data"], "error")
predictions["note"] = "not sure about the last two"
# %% wrong: one left open
# says: not done yet
predictions = {
    "in-place": "error",
    "leaf view": "error",
    "second backward": "error",
    "no zeroing": "wrong",
    "detached halfway": None,
    ".data": "wrong",
}
# %% wrong: one taken out
# says: there is no prediction for '.data'
predictions = {
    "in-place": "error",
    "leaf view": "error",
    "second backward": "error",
    "no zeroing": "wrong",
    "detached halfway": "wrong",
}
# %% wrong: another word
# says: the prediction for 'in-place' should be 'error', 'wrong' or 'right'
predictions = {
    "in-place": "crash",
    "leaf view": "error",
    "second backward": "error",
    "no zeroing": "wrong",
    "detached halfway": "wrong",
    ".data": "wrong",
}
# %% wrong: true and false
# says: should be 'error', 'wrong' or 'right'
predictions = {
    "in-place": True,
    "leaf view": True,
    "second backward": True,
    "no zeroing": False,
    "detached halfway": False,
    ".data": False,
}
# %% wrong: a list
# says: predictions should be a dictionary
predictions = ["error", "error", "error", "wrong", "wrong", "wrong"]
# %% wrong: an empty dictionary
# says: there is no prediction for 'in-place'
predictions = {}
# %% wrong: empty texts
# says: should be 'error', 'wrong' or 'right'
predictions = {
    "in-place": "",
    "leaf view": "",
    "second backward": "",
    "no zeroing": "",
    "detached halfway": "",
    ".data": "",
}
# %% wrong: keys renamed
# says: there is no prediction for 'in-place'
predictions = {1: "error", 2: "error", 3: "error", 4: "wrong", 5: "wrong", 6: "wrong"}
# %% wrong: each a list of guesses
# says: should be 'error', 'wrong' or 'right'
predictions = {
    "in-place": ["error", "wrong"],
    "leaf view": ["error"],
    "second backward": ["error"],
    "no zeroing": ["wrong"],
    "detached halfway": ["wrong"],
    ".data": ["wrong"],
}
