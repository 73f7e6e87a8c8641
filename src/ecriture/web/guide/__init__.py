"""The guide inside the application: the Markdown of docs/ as pages, its search, and which paragraph helps on which page.

The folders `en` and `fr` are links to docs/ in the source; the wheel has the files themselves.
"""
