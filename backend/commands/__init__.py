"""The sub-commands of `gas`, a module each: `add` declares it, and the rest runs it."""
