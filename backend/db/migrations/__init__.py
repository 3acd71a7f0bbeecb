"""The steps that made the tables what they are, in order; a step that was released stays."""
