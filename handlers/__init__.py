"""The association's life: one folder a capability."""
