"""The door: one small module per command, no logic of its own.

May import every other room.
"""
