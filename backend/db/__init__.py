"""Accounts, their outbox and live events in Postgres: the only place that knows SQL."""
