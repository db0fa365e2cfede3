"""Court papers: found in folders and archives, read, and turned into rows of the exchange catalogue.

files.py, jsons.py, layouts.py, texts.py   which papers there are, and their text
sections.py and the readers it serves      extract(document) → values, each with its words and how sure it is
rows.py                                    rows(extraction) → rows of the sheets
gathering.py, survey.py                    sources for the import, shares read, layouts not understood
figures.py                                 precision and recall against papers marked by hand
"""
