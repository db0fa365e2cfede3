"""What people do with clues: runs and the ledger, decisions, reports, the review page, the audit log.

May import engine, rules and cases.
"""
