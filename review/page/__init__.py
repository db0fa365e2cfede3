"""The review page: the ledger in a browser, server-rendered, without anything from outside.

`app.py` builds the application and guards it; `listing.py` reads what a list shows; `views.py` are its pages; `acts.py` takes decisions.
"""
