"""Reading sheets: from a file, workbook or folder to rows of cells under known columns.

sources.py   which files and worksheets there are, and which sheet of the catalogue each one holds
csvs.py, books.py   the readers: one `Source` per CSV file or worksheet, rows as they stand
header.py    where the header is and which column feeds which field
names.py     what the columns of a sheet may be called
A reader of another kind (court papers) makes sources of its own, which `cases.importing.import_paths` takes as `more`.
"""
