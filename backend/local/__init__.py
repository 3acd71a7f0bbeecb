"""The whole service on one machine: stand-ins for AWS and Globus, Postgres, and a supervisor.

Everything here binds to loopback only and serves one machine's user.
"""
