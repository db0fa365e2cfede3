"""Reports that leave the house: the list reviewers fill in (XLSX), the document (DOCX), the overview of a night (HTML).

Every one tells the same contents (contents.py), masked unless asked otherwise.
"""
