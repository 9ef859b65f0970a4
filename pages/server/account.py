"""Account: who is signed in here, another password, the way out, and the end of it all."""

from hdr_ui import account_view

account_view.show()
