"""Alembic revisions of the case store. `cases.store` runs them when an older store is opened.

A fresh store is created whole from the metadata and stamped with HEAD; columns and tables that the store lacks are added
by `cases.shape` on opening. A revision is needed only where data must be moved, renamed or worked out anew.
"""
