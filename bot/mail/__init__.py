"""Mail understood: from bytes to what a person wrote, who wrote it and what kind of mail it is.  Pure."""
