"""What a worker of a cluster can refuse. That nothing can be graded at all is an ExecutorError of the whole package."""


class VersionMismatchError(Exception):
    """A worker has other versions than the process that wants the marks."""
