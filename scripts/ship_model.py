"""Ship a trained model with the app: ``python -m scripts.ship_model TRAINED NAME``, then store its answers.

Copies ``$HDR_HOME/models/TRAINED`` to ``models/NAME``; ``python -m hdr_core evaluate --model NAME --store`` adds what
it answers on MNIST's test digits, so that Analyze and Compare know it where MNIST is missing.
"""

from __future__ import annotations

import argparse
import json
import shutil
from dataclasses import asdict, replace
from pathlib import Path

from hdr_core import config
from hdr_core.errors import ModelError
from hdr_core.storage.models import check_name, model_dir, read_card

_FILES = ("model.keras", "model.tflite")
_MAX_BYTES = 2_500_000  # of both files: what ships is downloaded by everyone


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("trained", help="name of a model among the user's own")
    parser.add_argument("name", help="what it is called among the shipped ones")
    options = parser.parse_args()
    print(f"Shipped {ship(options.trained, options.name, config.SHIPPED_MODELS_DIR)}")


def ship(trained: str, name: str, parent: Path) -> Path:
    """Copy one model under another name; returns its new folder.

    Raises:
        ModelError: there is no such model, the name is bad or taken, or the files are too large to ship.
    """
    source, target = model_dir(trained), parent / check_name(name)
    if target.exists():
        raise ModelError(f"There is a shipped model {name!r} already. Choose another name, or remove that one first.")
    size = sum((source / file).stat().st_size for file in _FILES)
    if size > _MAX_BYTES:
        raise ModelError(f"Expected at most {_MAX_BYTES:,} bytes to ship, got {size:,} in {trained!r}.")
    card = read_card(trained)
    card = replace(card, name=name, title=card.title.removesuffix(" (papers)"))
    target.mkdir(parents=True)
    for file in _FILES:
        shutil.copyfile(source / file, target / file)
    (target / "card.json").write_text(json.dumps(asdict(card), indent=2) + "\n", encoding="utf-8")
    return target


if __name__ == "__main__":
    main()
