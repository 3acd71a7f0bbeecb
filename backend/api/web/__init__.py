"""The web pages that mails link to: HTML made here, no script, signed in with Globus.

They follow the rules of the API: the same services answer, somebody else's job looks like one that
is not there, and whether a result can be downloaded follows from the clock and the plan.
"""
