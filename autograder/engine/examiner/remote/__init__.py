"""The hand-in's objects as the examiner sees them, and the examiner's as it hands them over: handles, exports, tensors.

May import protocol/. Called by the rest of examiner/, which never touches the socket itself.
"""
