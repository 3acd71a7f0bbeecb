"""What is on the screen: widgets that show state and tell what was clicked."""
