"""What kind of mail it is: a bounce, a notice of the list server, a machine's answer, a person's words."""
