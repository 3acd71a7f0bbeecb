"""Glacier vaults, as an unmodified client of AWS's finds them; moto has them in name only.

Rows are in the journal and bytes in files beside it, so that whatever was acknowledged survives
kill -9: archives, unfinished uploads, and retrievals, which still end and are told of.  Hours are
seconds here (`Delays`).  Unlike AWS's, an inventory is taken when it is asked for, a vault counts
its archives as they are, and a retrieval brings back the whole archive only.

Source: "API Reference for Amazon S3 Glacier", Amazon S3 Glacier Developer Guide.
"""
