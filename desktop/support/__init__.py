"""What helps when something goes wrong: the app's log, reports of bugs, a support bundle."""
