"""Every change that was acknowledged is on disk before its answer leaves.

The journal is a SQLite file in write-ahead mode.  What was written survives the death of the
process (kill -9); a loss of power may cost the last moments.  The control plane is not stored:
the template is deployed again at each start, then the journal is loaded into it.
"""
