"""Session-state keys of Account and People: beside those of ``hdr_ui.state``, which knows nothing of signing in."""

SAID = "account_said"
"""What became of the last click there: (went well, sentence); missing when it was told."""

OLD_PASSWORD_WIDGET = "old_password"
NEW_PASSWORD_WIDGET = "new_password"
REMOVE_EMAIL_WIDGET = "remove_email"
PERSON_WIDGET = "person_choice"
PERSON_EMAIL_WIDGET = "person_email"
