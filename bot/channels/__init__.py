"""The only code that talks to a server.  Each channel stands behind the interfaces of ``base``."""
