"""A recipe as one small Python file that needs Keras and NumPy only, or scikit-learn for a baseline."""

from __future__ import annotations

import inspect
import re
from types import ModuleType

from hdr_core.training.recipes import Recipe

_HEAD = '''"""{title}

{source}
Printed: {printed}

Run it:  python {name}.py [DATA.npz]     (arrays x_train, y_train, x_test, y_test as in mnist.npz; else MNIST)
"""

from __future__ import annotations

import sys

import numpy as np
'''

_DATA = '''

def load_data():
    """(N, 28, 28) uint8 tiles and (N,) labels, for training and for testing."""
    if len(sys.argv) > 1:
        with np.load(sys.argv[1]) as arrays:
            return [arrays[key] for key in ("x_train", "y_train", "x_test", "y_test")]
    from keras.datasets import mnist

    (x_train, y_train), (x_test, y_test) = mnist.load_data()
    return [x_train, y_train, x_test, y_test]


x_train, y_train, x_test, y_test = load_data()
rng = np.random.default_rng({seed})
order = rng.permutation(len(y_train))[: max(round(len(y_train) * {share}), 1)]
if {per_class}:
    order = np.concatenate([order[y_train[order] == label][:{per_class}] for label in range(10)])
    order = np.random.default_rng({seed}).permutation(np.sort(order))
else:
    order = np.sort(order)
x_train, y_train = x_train[order], y_train[order].astype("int64")
'''

_KERAS_END = """
keras.utils.set_random_seed({seed})
model = keras.models.model_from_json(NETWORK)
{weights}steps = {epochs} * -(-int(len(y_train) * (1 - {validation_split})) // {batch_size})
optimizer = {optimizer}
model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
{augment}callbacks = {callbacks}
model.fit(x_train, y_train, batch_size={batch_size}, epochs={epochs}, validation_split={validation_split}, \
callbacks=callbacks, verbose=2)
loss, accuracy = model.evaluate(x_test, y_test, verbose=0)
print(f"test accuracy {{accuracy:.4f}}")
model.save("{name}.keras")
"""


def recipe_script(recipe: Recipe) -> str:
    """The recipe, with its settings as they are, as a Python file that runs alone.

    The same digits in the same first order as here.  A Keras network is written out layer by layer as Keras' own
    JSON.  Augmentation uses Keras' own layers: shift, rotation and stretch have the app's ranges; shear, thickness
    and crossed sevens are left out, elastic bending is at most 1 px, and noise is Gaussian where the app replaces
    pixels.  The reader's script leaves out the tiles that are no digit, and a committee's columns learn from the
    loss of their average.  Loads TensorFlow for a Keras recipe.

    Raises:
        DataError, ModelError: what the network starts from is not here.
        RecipeError: the recipe cannot stand alone (transfer from ImageNet).
    """
    values = {
        "title": recipe.title,
        "source": f"{recipe.source} ({recipe.paper})",
        "printed": "; ".join(figure.text for figure in recipe.printed) or "no figure",
        "name": recipe.name.replace("-", "_"),
    }
    settings = recipe.settings
    data = _DATA.format(seed=settings.seed, share=settings.share, per_class=settings.per_class)
    middle = {"keras": _keras_part, "numpy": _numpy_part, "sklearn": _classic_part}[recipe.family]
    return _HEAD.format(**values) + middle(recipe, data, values["name"])


def _keras_part(recipe: Recipe, data: str, name: str) -> str:
    from hdr_core.training.script_keras import keras_pieces

    settings, pieces = recipe.settings, keras_pieces(recipe)
    end = _KERAS_END.format(
        seed=settings.seed,
        epochs=settings.epochs,
        batch_size=settings.batch_size,
        validation_split=settings.validation_split,
        name=name,
        optimizer=pieces.optimizer,
        callbacks=pieces.callbacks,
        augment=pieces.augment,
        weights=pieces.weights,
    )
    return f"import keras\n\nNETWORK = r'''{pieces.network}'''\n{data}{end}"


def _numpy_part(recipe: Recipe, data: str, name: str) -> str:
    from hdr_core.training import numpy_network

    settings = recipe.settings
    sizes = numpy_network.layer_sizes(settings)
    return (
        f"{_body(numpy_network)}{data}"
        f"\nnetwork = NumpyNetwork.fresh({sizes}, {settings.activation!r}, {settings.seed})\n"
        f"kept = int(len(y_train) * (1 - {settings.validation_split}))\n"
        f"for epoch in range({settings.epochs}):\n"
        f"    order = np.random.default_rng(({settings.seed}, epoch)).permutation(kept)\n"
        f"    for start in range(0, kept, {settings.batch_size}):\n"
        f"        chosen = order[start : start + {settings.batch_size}]\n"
        f"        loss = network.learn(x_train[chosen], y_train[chosen], {settings.learning_rate})\n"
        "    accuracy = (network.probabilities(x_test).argmax(axis=1) == y_test).mean()\n"
        '    print(f"epoch {epoch + 1}: loss of the last batch {loss:.4f}")\n'
        'print(f"test accuracy {accuracy:.4f}")\n'
    )


def _classic_part(recipe: Recipe, data: str, name: str) -> str:
    from hdr_core.training import classic

    settings = recipe.settings
    kind = type(classic.make_classic(recipe.builder, settings)).__name__
    return (
        f"{_body(classic)}{data}"
        "\n\nclass settings:\n"
        f"    seed, size = {settings.seed}, {settings.size}\n\n\n"
        f"model = {kind}(settings)\n"
        "for step in range(model.steps(y_train)):\n"
        "    model.fit_step(step, x_train, y_train)\n"
        "accuracy = (model.probabilities(x_test).argmax(axis=1) == y_test).mean()\n"
        'print(f"test accuracy {accuracy:.4f}")\n'
    )


def _body(module: ModuleType) -> str:
    """A module's own source without what ties it to this project: the code that the app runs is the code shown."""
    text = inspect.getsource(module)
    text = re.sub(r'^""".*?"""\n', "", text, count=1, flags=re.DOTALL)
    text = text.replace("from __future__ import annotations\n", "")
    text = re.sub(
        r"^from hdr_core\.types import UInt8Image$", "UInt8Image = NDArray[np.uint8]", text, flags=re.MULTILINE
    )
    text = re.sub(
        r"^from hdr_core\.training\.data import Labels$", "Labels = NDArray[np.int64]", text, flags=re.MULTILINE
    )
    text = re.sub(r"^from hdr_core\.errors import RecipeError$", "RecipeError = ValueError", text, flags=re.MULTILINE)
    text = re.sub(r"^from hdr_core\.config import TILE_SIZE_PX$", "TILE_SIZE_PX = 28", text, flags=re.MULTILINE)
    return re.sub(r"^from hdr_core\.training\.settings import Settings$", "Settings = object", text, flags=re.MULTILINE)
