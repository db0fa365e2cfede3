"""What is known: the exchange catalogue, reading sheets, value types, the case store.

May import nothing else of this project.
"""
