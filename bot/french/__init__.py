"""Reading and writing French: sentences, dates, requests, gists, plain answers, typography.

Pure: every function depends on its arguments alone, needs only the standard library, and accepts any
text at all without raising.
"""
