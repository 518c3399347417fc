"""Our own pages, their rows found the usual way: Paginator and icontains, with the indexes that suit icontains best.

Everything else (web server, session, page) is the portal's, so the comparison is between the ways of finding alone.
"""
