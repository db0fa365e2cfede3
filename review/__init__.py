"""What people do with clues

May import  the ledger, lists, reports, decisions.:engine, rules and cases.
"""
