"""The web page: `python app.py`, and what a Space runs."""

from imagecraft.ui.blocks import launch

if __name__ == "__main__":
    launch()
