"""Scan runs: planned as tasks, worked off by one process or many, and settled into the ledger in one transaction.

plan → work (results go to `found`) → settle (clues, gaps, wakes, events, and the run's own end). Until then nothing that people see
has changed; a run that dies leaves only rows that the next one clears away, or that `--resume` goes on with.
"""
