"""The rows of P4's table: known networks that it compares with its own."""

from __future__ import annotations

from hdr_core.training.recipes import PrintedFigure, Recipe
from hdr_core.training.settings import Settings

P4 = "Mishra et al., Handwritten Digit Recognition System Using Deep Learning"

TABLE: tuple[Recipe, ...] = (
    Recipe(
        "p4-lenet5",
        "LeNet-5",
        P4,
        "A row of its table; the network of LeCun et al. 1998: tanh, mean pooling, 61,706 parameters.",
        "keras",
        "lenet5",
        (PrintedFigure("LeNet-5 99.05 %", 0.9905),),
        Settings(epochs=20, batch_size=64),
    ),
    Recipe(
        "p4-alexnet",
        "AlexNet scaled to 28×28",
        P4,
        "A row of its table (ReLU, dropout): five convolutions, three overlapping pools and three dense layers as in "
        "Krizhevsky et al. 2012, with filters and strides scaled to 28×28 and without its local response "
        "normalisation.",
        "keras",
        "alexnet",
        (PrintedFigure("AlexNet 99.15 %", 0.9915),),
        Settings(epochs=15, batch_size=128, dropout=0.5),
    ),
    Recipe(
        "p4-committee",
        "Committee of columns with elastic distortions",
        P4,
        "A row of its table; Ciresan et al. 2012: columns 20C4-MP2-40C5-MP3-150N-10N, each trained on its own loss, "
        "their answers averaged. The original work has 35 columns, five for each of seven width "
        "normalisations of the digits; here all see the same width, and there are 5 unless changed.",
        "keras",
        "committee",
        (PrintedFigure("Ciresan et al. 99.77 %", 0.9977),),
        Settings(epochs=30, batch_size=128, augmentation="elastic", schedule="exponential", size=5),
        "columns",
    ),
    Recipe(
        "p4-resnet",
        "ResNet-20",
        P4,
        "A row of its table; the residual network of He et al. 2016 for small pictures: three stages of three blocks.",
        "keras",
        "resnet20",
        (PrintedFigure("ResNet 99.72 %", 0.9972),),
        Settings(epochs=20, batch_size=128, augmentation="affine", augmentation_strength=0.5, schedule="cosine"),
    ),
    Recipe(
        "p4-transfer",
        "Transfer learning from the shipped reader",
        P4,
        "A row of its table (a pre-trained CNN fine-tuned): the shipped reader with a new last layer, learning slowly. "
        "The reader has learned from all 60,000 training digits of MNIST: a validation split of them is not held out "
        "from what it knows, only the test digits are.",
        "keras",
        "transfer_reader",
        (PrintedFigure("transfer learning 99.60 %", 0.9960),),
        Settings(epochs=5, batch_size=64, learning_rate=0.0003, schedule="cosine", dropout=0.3),
    ),
    Recipe(
        "p4-transfer-imagenet",
        "Transfer learning from ImageNet",
        P4,
        "A row of its table: MobileNetV2 with ImageNet weights on tiles enlarged to 96×96; needs a download.",
        "keras",
        "transfer_imagenet",
        (PrintedFigure("transfer learning 99.60 %", 0.9960), PrintedFigure("ShuffleNet transfer 99.50 % (P3)", 0.9950)),
        Settings(epochs=5, batch_size=64, learning_rate=0.0003, schedule="cosine", dropout=0.2),
    ),
    Recipe(
        "p4-lightweight",
        "Lightweight CNN under 10,000 parameters",
        P4,
        "A row of its table (lightweight CNN for edge devices); depthwise separable convolutions.",
        "keras",
        "lightweight",
        (PrintedFigure("lightweight CNN 99.12 %", 0.9912),),
        Settings(epochs=20, batch_size=64, augmentation="shift", schedule="cosine", learning_rate=0.003),
    ),
)
