"""`python -m autospeech`."""

from autospeech.cli import app

if __name__ == "__main__":
    app(prog_name="python -m autospeech")
