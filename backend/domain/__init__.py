"""The rules: jobs and their life, plans, file keys, errors. No input or output, no clock."""
