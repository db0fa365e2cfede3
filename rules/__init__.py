"""What should hold

May import  rule packs, law, parameters, the counting of periods, their checks.:cases.
"""
