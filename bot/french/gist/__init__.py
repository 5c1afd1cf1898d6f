"""The gist of a thread: what it says, what is asked, until when, what was decided."""
