"""People: every account in numbers, for administrators."""

from hdr_ui import people_view

people_view.show()
