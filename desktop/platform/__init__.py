"""What differs between systems, behind one interface each."""
