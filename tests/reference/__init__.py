"""A second, plain implementation of the rules, written from their specification alone, to hold the engine against.

It imports nothing of the project. `oracle.expected` says what a scan must find, `stores.store` invents sheets full of
boundary days, `compare.py` runs the command on such a store and prints every difference. READINGS.md lists the doubts.
"""
