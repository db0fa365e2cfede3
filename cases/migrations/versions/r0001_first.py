"""The first form of the store: a table for each sheet of the catalogue, and the register."""

from alembic import context, op

revision = "0001"
down_revision = None


def upgrade() -> None:
    context.config.attributes["metadata"].create_all(op.get_bind(), checkfirst=True)


def downgrade() -> None:
    raise NotImplementedError("案件库不能退回到更早的版本")
