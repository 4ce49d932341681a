# %% right: all as it comes out
predictions = {
    "exp, plus one in place": "error",
    "square, plus one in place": "right",
    "second backward": "error",
    "detached halfway": "wrong",
    "leaf view": "error",
    ".data": "wrong",
}
# %% right: all wrong guesses
predictions = {
    "exp, plus one in place": "right",
    "square, plus one in place": "error",
    "second backward": "right",
    "detached halfway": "right",
    "leaf view": "right",
    ".data": "right",
}
# %% right: filled in one by one
predictions = {}
predictions["exp, plus one in place"] = "wrong"
predictions["square, plus one in place"] = "wrong"
predictions["second backward"] = "error"
predictions["detached halfway"] = "error"
predictions["leaf view"] = "right"
predictions[".data"] = "right"
# %% right: with a note of one's own
predictions = dict.fromkeys(["exp, plus one in place", "square, plus one in place", "second backward", "detached halfway", "leaf view", ".data"], "error")
predictions["square, plus one in place"] = "right"
predictions["note"] = "not sure about the last two"
# %% wrong: one left open
# says: not done yet
predictions = {
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
    "exp, plus one in place": "error",
    "square, plus one in place": "right",
    "second backward": "error",
    "detached halfway": "wrong",
    "leaf view": "error",
}
# %% wrong: another word
# says: the prediction for 'exp, plus one in place' is 'crash'; it should be 'error', 'wrong' or 'right'
predictions = {
    "exp, plus one in place": "crash",
    "square, plus one in place": "right",
    "second backward": "error",
    "detached halfway": "wrong",
    "leaf view": "error",
    ".data": "wrong",
}
# %% wrong: true and false
# says: should be 'error', 'wrong' or 'right'
predictions = {
    "exp, plus one in place": False,
    "square, plus one in place": True,
    "second backward": False,
    "detached halfway": True,
    "leaf view": False,
    ".data": True,
}
# %% wrong: a list
# says: predictions should be a dictionary
predictions = ["error", "right", "error", "wrong", "error", "wrong"]
# %% wrong: an empty dictionary
# says: there is no prediction for 'exp, plus one in place'
predictions = {}
# %% wrong: empty strings
# says: should be 'error', 'wrong' or 'right'
predictions = {
    "exp, plus one in place": "",
    "square, plus one in place": "",
    "second backward": "",
    "detached halfway": "",
    "leaf view": "",
    ".data": "",
}
# %% wrong: keys renamed
# says: there is no prediction for 'exp, plus one in place'
predictions = {1: "error", 2: "right", 3: "error", 4: "wrong", 5: "error", 6: "wrong"}
# %% wrong: each a list of guesses
# says: should be 'error', 'wrong' or 'right'
predictions = {
    "exp, plus one in place": ["error"],
    "square, plus one in place": ["right"],
    "second backward": ["error"],
    "detached halfway": ["wrong"],
    "leaf view": ["error"],
    ".data": ["wrong"],
}
# %% wrong: one word for all
# says: all six predictions are the same word
predictions = {
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

# %% wrong: predictions is not a number
predictions = {
    "exp, plus one in place": None,
    "square, plus one in place": None,
    "second backward": None,
    "detached halfway": None,
    "leaf view": None,
    ".data": None,
}
predictions = {
    "exp, plus one in place": "error",
    "square, plus one in place": "right",
    "second backward": "error",
    "detached halfway": "wrong",
    "leaf view": "error",
    ".data": "wrong",
}
predictions = float("nan")

# %% wrong: predictions is an empty array
import numpy as np

predictions = {
    "exp, plus one in place": None,
    "square, plus one in place": None,
    "second backward": None,
    "detached halfway": None,
    "leaf view": None,
    ".data": None,
}
predictions = {
    "exp, plus one in place": "error",
    "square, plus one in place": "right",
    "second backward": "error",
    "detached halfway": "wrong",
    "leaf view": "error",
    ".data": "wrong",
}
predictions = np.empty((0, 1, 1))
