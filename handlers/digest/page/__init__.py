"""How an edition reads: laid out, as a mail, in short, and its agenda as a calendar."""
