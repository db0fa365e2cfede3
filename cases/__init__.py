"""What is known

May import  the exchange catalogue, reading sheets, values, the case store.:nothing of this project.
"""
