"""The door

May import  one small module per command, no logic of its own.:every other room.
"""
