"""What an edition tells, a section's source each."""
