"""What happens when something is clicked: each action owns its tasks."""
