"""What should hold: rule packs, law, parameters, the counting of periods, overlays, and the checks of all these.

May import cases.
"""
