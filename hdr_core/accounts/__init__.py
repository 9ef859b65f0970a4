"""Those who sign in: accounts, passwords, sessions, limits.  Nothing here knows of pages or of a web server."""
