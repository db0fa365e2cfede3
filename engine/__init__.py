"""Holding one against the other

May import  candidates, facts, verdicts, clues.:rules and cases.
"""
