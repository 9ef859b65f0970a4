"""What pages share and only Streamlit needs: session state, cached loaders, and the pieces of a page."""
