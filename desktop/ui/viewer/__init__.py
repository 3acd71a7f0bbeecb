"""The viewer of results: a summary in pictures, the variants in a table, one in all detail."""
