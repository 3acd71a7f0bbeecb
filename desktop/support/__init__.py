"""What helps when something goes wrong: the log, reports of bugs and crashes, a support bundle."""
