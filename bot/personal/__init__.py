"""What is held on people: told, let go of, and never kept for too long."""
