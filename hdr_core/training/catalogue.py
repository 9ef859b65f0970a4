"""Every network and baseline of the five papers, and the shipped reader's own recipe."""

from __future__ import annotations

from hdr_core.training.catalogue_table import P4, TABLE
from hdr_core.training.recipes import PrintedFigure, Recipe
from hdr_core.training.settings import Settings

P1 = "Viswanatha et al. 2023, Handwritten Digit Recognition Using CNN"
P2 = "Project report 2022, A novel method for Handwritten Digit Recognition with Neural Networks"
P3 = "Raj et al., CNN Model for Handwritten Digit Recognition with Improved Accuracy and Performance"
P5 = "Bhosale, Handwritten Digit Recognition: Classification Neural Network built in purely NumPy"
OWN = "This project"

RECIPES: tuple[Recipe, ...] = (
    Recipe(
        "p1-mlp",
        "MLP 128-128",
        P1,
        "Two dense layers of 128 with LeakyReLU (its listing; its text says ReLU), whose slope is not printed: 0.2; "
        "input L2-normalised along axis 1.",
        "keras",
        "p1_mlp",
        (PrintedFigure("accuracy about 97 %, loss “about 3 %”", 0.97),),
        Settings(epochs=50, batch_size=32),
    ),
    Recipe(
        "p2-cnn",
        "CNN 64-32 on unscaled pixels",
        P2,
        "Conv 64 and conv 32, 3×3 ReLU, flattened into ten outputs; pixels are not scaled. On which digits its "
        "validation accuracy was measured is not said: the test digits are watched here.",
        "keras",
        "p2_cnn",
        (PrintedFigure("validation accuracy 98.02 % after epoch 5", 0.9802),),
        Settings(epochs=5, batch_size=32),
    ),
    Recipe(
        "p2-conclusion",
        "CNN of the conclusion: batch norm, augmentation, RMSprop",
        P2,
        "The conclusion names batch normalisation, augmentation, RMSprop, early stopping and a receptive field of "
        "22×22, but no layers: these four convolutions have that receptive field.",
        "keras",
        "p2_conclusion",
        (
            PrintedFigure("99.98 % on MNIST (claimed)", 0.9998, is_claim=True),
            PrintedFigure("99.40 % on MNIST with 50 % noise (claimed)", 0.9940, is_claim=True),
        ),
        Settings(
            epochs=30,
            batch_size=64,
            optimizer="rmsprop",
            dropout=0.4,
            augmentation="affine",
            validation_split=0.1,
            patience=6,
        ),
    ),
    Recipe(
        "p3-cnn",
        "CNN 64-64-64 with 81,066 parameters",
        P3,
        "Three times conv 64, 3×3 valid, and pool 2×2, then dense 64, 32 and 10; validation split 0.3.",
        "keras",
        "p3_cnn",
        (
            PrintedFigure("test accuracy 98.30 % (table)", 0.9830),
            PrintedFigure("test accuracy 98.36 % (text)", 0.9836),
            PrintedFigure("last validation accuracy 98.14 %", 0.9814),
        ),
        Settings(epochs=5, batch_size=32, validation_split=0.3),
    ),
    Recipe(
        "p3-simple",
        "Simple CNN 32",
        P3,
        "Conv 32, 5×5 ReLU, pool 2×2, dropout (its rate is not printed: 0.2), dense 128 and 10; epochs and "
        "split are not printed: those of the larger network.",
        "keras",
        "p3_simple",
        (),
        Settings(epochs=5, batch_size=32, dropout=0.2, validation_split=0.3),
    ),
    Recipe(
        "p3-ann",
        "ANN of the comparison",
        P3,
        "The ANN beside its CNN; its layers are not printed: one dense layer of 128.",
        "keras",
        "p3_ann",
        (PrintedFigure("ANN 97.70 %", 0.9770),),
        Settings(epochs=5, batch_size=32, validation_split=0.3),
    ),
    Recipe(
        "p4-lenet-like",
        "CNN after LeNet-5",
        P4,
        "Conv 5×5, pool, conv 5×5, pool, dense 128, dropout. Whether it has the second pool is uncertain; "
        "filters (32, 64) and rate (0.5) are not printed.",
        "keras",
        "p4_lenet_like",
        (PrintedFigure("test accuracy 99.15 %", 0.9915), PrintedFigure("training accuracy 99.91 %", 0.9991)),
        Settings(epochs=15, batch_size=64, dropout=0.5),
    ),
    Recipe(
        "p4-feed-forward",
        "Feed-forward network with two hidden layers",
        P4,
        "Two ReLU hidden layers, whose sizes are not printed: 512 and 512.",
        "keras",
        "p4_feed_forward",
        (),
        Settings(epochs=15, batch_size=64),
    ),
    *TABLE,
    Recipe(
        "p5-cnn",
        "CNN 32-64 with Adadelta",
        P5,
        "Conv 32 and 64, pool, dropout 0.25, dense 256, dropout 0.5; Adadelta at rate 1.0, which was Keras' default "
        "when the paper was written.",
        "keras",
        "p5_cnn",
        (PrintedFigure("accuracy .9925, precision .9910, recall .9920, F1 .9915", 0.9925),),
        Settings(epochs=10, batch_size=128, optimizer="adadelta", learning_rate=1.0, dropout=0.5),
    ),
    Recipe(
        "p5-numpy",
        "Network in pure NumPy",
        P5,
        "Back-propagation by hand, w ← w − η ∂C/∂w, with sigmoid, ReLU or tanh; the hidden layer's size is not "
        "printed: 128 unless changed.",
        "numpy",
        "numpy_network",
        (),
        Settings(epochs=20, batch_size=32, learning_rate=0.1, activation="sigmoid", size=128),
        "units in the hidden layer",
    ),
    Recipe(
        "svm",
        "Support vector machine",
        f"{P5}; {P3}",
        "Printed in two papers without its kernel: radial basis functions, C = 5. One machine for each pair of "
        "digits; all 45 of them vote, so a training that is stopped before the last keeps nothing.",
        "sklearn",
        "svm",
        (
            PrintedFigure("P5: accuracy .9450, precision .9400, recall .9420, F1 .9410", 0.9450),
            PrintedFigure("P3: SVM 97.77 %", 0.9777),
        ),
    ),
    Recipe(
        "random-forest",
        "Random forest",
        f"{P5}; {P3}",
        "Printed in two papers without its size: 100 trees.",
        "sklearn",
        "random_forest",
        (
            PrintedFigure("P5: accuracy .9630, precision .9610, recall .9620, F1 .9615", 0.9630),
            PrintedFigure("P3: random forest 97 % (63 s training, 1.1 s test)", 0.97),
        ),
        Settings(size=100),
        "trees",
    ),
    Recipe(
        "k-nn",
        "k nearest neighbours",
        P2,
        "Named in its survey without k: the 3 nearest, by Euclidean distance.",
        "sklearn",
        "nearest_neighbours",
        (PrintedFigure("k-NN 96.94 %", 0.9694),),
        Settings(size=3),
        "neighbours",
    ),
    Recipe(
        "k-means",
        "K-means as a classifier",
        P3,
        "Cited as a related system: clusters found without labels, each then named after the digit most common in it.",
        "sklearn",
        "k_means",
        (),
        Settings(size=256),
        "clusters",
    ),
    Recipe(
        "reader",
        "The shipped reader",
        OWN,
        "Five convolutions with batch normalisation; digits distorted afresh in every epoch, and an eleventh class "
        "for what is not one whole digit. Here it learns the chosen digits in one stretch; the model that ships "
        "learned handwriting of many sources, in several (hdr_core/training/train_reader.py).",
        "keras",
        "reader",
        (),
        Settings(
            epochs=30,
            batch_size=128,
            optimizer="adamw",
            learning_rate=0.002,
            schedule="cosine",
            dropout=0.3,
            augmentation="hand",
            seed=20260,
        ),
    ),
    Recipe(
        "own-layers",
        "Your own layers",
        OWN,
        "Layers stacked by the user, in one line of text.",
        "keras",
        "own_layers",
        (),
        Settings(
            epochs=5, batch_size=64, validation_split=0.1, stack="conv 32 3; pool 2; conv 64 3; pool 2; dense 128"
        ),
    ),
)

FINE_TUNE = Recipe(
    "fine-tune",
    "Learn from my corrections",
    OWN,
    "Goes on training the model that reads with the digits that you corrected, each shown many times and bent afresh, "
    "among digits that it knew before and tiles that are no digit, at a low rate: so it learns the few without "
    "forgetting the many. The share is that of the rehearsed digits.",
    "keras",
    "fine_tune",
    (),
    Settings(
        epochs=3,
        batch_size=64,
        learning_rate=0.0003,
        schedule="cosine",
        augmentation="hand",
        augmentation_strength=0.7,
        share=0.04,
    ),
)
"""No recipe of a paper: it starts from a model, and is offered once something was corrected."""
