"""Signing in: what stands before the pages where the app is on a server.  Switched off, it lets everything through."""
