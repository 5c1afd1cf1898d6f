"""From bytes to parts, headers and text: what a mail is made of."""
