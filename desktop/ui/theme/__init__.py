"""How the app looks: colours, type, spacing and icons."""
