"""One module a command. Each has `command`, a click command: options in, one call, exit status out."""
