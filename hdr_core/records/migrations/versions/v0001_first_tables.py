"""The first tables: pictures, readings and their digits, batches, retrainings."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make all five tables."""
    op.create_table(
        "pictures",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("width_px", sa.Integer(), nullable=False),
        sa.Column("height_px", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_pictures"),
    )
    op.create_table(
        "batches",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("owner_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("threshold", sa.Double(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("model_name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_batches"),
    )
    op.create_index("ix_batches_owner_id", "batches", ["owner_id"])
    _make_readings()
    _make_digits()
    op.create_table(
        "retrainings",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("owner_id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("base_model", sa.String(), nullable=False),
        sa.Column("new_model", sa.String(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "state IN ('proposed', 'accepted', 'discarded', 'rolled_back')", op.f("ck_retrainings_state")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_retrainings"),
    )
    op.create_index("ix_retrainings_owner_id", "retrainings", ["owner_id"])


def _make_readings() -> None:
    op.create_table(
        "readings",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("owner_id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("picture_sha256", sa.String(64), nullable=False),
        sa.Column("width_px", sa.Integer(), nullable=False),
        sa.Column("height_px", sa.Integer(), nullable=False),
        sa.Column("model_name", sa.String(), nullable=False),
        sa.Column("model_digest", sa.String(), nullable=False),
        sa.Column("text_read", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("probability", sa.Double(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.String(32), nullable=True),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("alternatives", sa.JSON(), nullable=False),
        sa.CheckConstraint("source IN ('draw', 'upload', 'camera', 'review')", op.f("ck_readings_source")),
        sa.CheckConstraint("state IN ('read', 'corrected', 'accepted', 'open')", op.f("ck_readings_state")),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], "fk_readings_batch_id"),
        sa.ForeignKeyConstraint(["picture_sha256"], ["pictures.sha256"], "fk_readings_picture_sha256"),
        sa.PrimaryKeyConstraint("id", name="pk_readings"),
    )
    op.create_index("ix_readings_batch_id_place", "readings", ["batch_id", "place"])
    op.create_index("ix_readings_owner_id_created_at_id", "readings", ["owner_id", "created_at", "id"])
    op.create_index("ix_readings_owner_id_probability_id", "readings", ["owner_id", "probability", "id"])
    op.create_index("ix_readings_picture_sha256", "readings", ["picture_sha256"])


def _make_digits() -> None:
    op.create_table(
        "digits",
        sa.Column("reading_id", sa.String(32), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        *(sa.Column(side, sa.Integer(), nullable=False) for side in ("left", "top", "right", "bottom")),
        sa.Column("tile", sa.LargeBinary(), nullable=False),
        sa.Column("label_read", sa.Integer(), nullable=True),
        sa.Column("probability", sa.Double(), nullable=False),
        sa.Column("label", sa.Integer(), nullable=True),
        sa.Column("probabilities", sa.JSON(), nullable=False),
        sa.CheckConstraint("label_read BETWEEN 0 AND 9", op.f("ck_digits_label_read")),
        sa.CheckConstraint("label BETWEEN 0 AND 10", op.f("ck_digits_label")),
        sa.ForeignKeyConstraint(["reading_id"], ["readings.id"], "fk_digits_reading_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("reading_id", "line", "place", name="pk_digits"),
    )


def downgrade() -> None:
    """Take all five away, with everything in them."""
    for table in ("digits", "readings", "retrainings", "batches", "pictures"):
        op.drop_table(table)
