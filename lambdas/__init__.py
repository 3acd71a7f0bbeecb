"""The functions that AWS calls: each is a few lines over the services.

A module makes its adapters when it is loaded, once an execution environment, and hands each record
to one service.  What may pass is reported as a failed record and comes again; anything else rises.
"""
