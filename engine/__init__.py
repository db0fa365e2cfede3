"""Holding one against the other: candidates, facts, verdicts, clues; what to judge again; explaining and backtesting.

May import rules and cases.
"""
