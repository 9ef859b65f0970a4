"""Accuracy and speed, measured and printed as tables; nothing here is needed to run the app."""
