"""Train a network of the five papers, or one's own, and watch it learn."""

from hdr_core.training.runs import list_runs
from hdr_ui import corrections, live_chart, training_form, training_page, training_start

live_chart.prepare()
corrections.bring_up_to_date()
training_form.read_link()
runs = list_runs()

# No st.stop() here: it would throw away a click that came while the page was laid.
if training_start.choose_view(runs) == training_start.RUNS:
    training_page.show_runs(runs)
else:
    training_page.show_new()
